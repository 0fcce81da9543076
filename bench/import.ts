import { openAsBlob } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Browser, signedIn } from './browser.ts'
import { type Centre, inOwnCentre, PASSWORD } from './centre.ts'
import { databaseCpuMs } from './cpu.ts'
import { HEADERS, MAPPING, stopNumbers, writeList } from './listFile.ts'
import { type Measured, rounded, type Sizes, say, timed } from './measured.ts'
import { startNode } from './node.ts'
import { storedAgain } from './stored.ts'

/** What the importer may take as long as, in times of a plain COPY, and how much memory over the idle process. */
const AIM_TIMES = 6
const AIM_MB = 300
const MB = 1_000_000

/** Hands a list in as the data officer's page does and lets it be imported. Answers the id of the list. */
export async function startList(officer: Browser, { house }: Centre, path: string, name: string): Promise<string> {
  const fileId = await officer.handIn('list', `${name}.csv`, await openAsBlob(path))
  const { batchId } = await officer.call('lists.createBatch', {
    ...{ name, source: 'bench', purpose: 'sale', grade: 'B', country: 'CN', fileId },
    ...{ consentEvidence: '活動頁面勾選，表單存檔', consentGivenOn: '2026-05-28', consentExpiresOn: '2027-06-17' },
    ...{ expiresOn: '2026-09-17', productId: house.goods.get('AN-ACC')!.id },
    options: { headers: [...HEADERS], mapping: [...MAPPING], hidden: 'skip' },
  })
  await officer.call('lists.start', { batchId })
  return batchId
}

/** Waits until a list is in, asking as its page does; `each` hears the progress. */
export async function untilDone(officer: Browser, batchId: string, each: (rows: number) => void = () => {}) {
  for (;;) {
    const batch = await officer.call('lists.batch', { batchId })
    if (batch.state !== 'importing') return batch
    each(batch.rowsDone)
    await pause(500)
  }
}

/** A COPY of the same file into one plain table: milliseconds. */
async function copied({ root, pool }: Centre, path: string): Promise<number> {
  const columns = HEADERS.map((_, at) => `c${at} text`).join(', ')
  await pool.query(`create table bench_plain (${columns})`)
  await chmod(path, 0o644)
  const { took } = await timed(() => root().query(`copy bench_plain from '${path}' with (format csv, header true)`))
  await pool.query('drop table bench_plain')
  return took
}

/** Rows of a file through the real importer of a real server, beside a COPY of the same file into one plain table. */
export const importing = ({ rows }: Sizes): Promise<Measured> =>
  inOwnCentre(async (centre) => {
    const path = join(tmpdir(), `kaibo-bench-${process.pid}.csv`)
    const wanted = { rows, from: 1000 }
    try {
      await writeList(path, wanted)
      await centre.house.as('liu', 'bench.stop', (ctx) => stopNumbers(ctx, wanted))
      const beside = await copied(centre, path)
      say(`COPY of ${rows} rows: ${Math.round(beside)} ms`)
      const node = await startNode(centre, process.env.BENCH_PROFILE)
      try {
        return await measured(centre, node, path, { rows, beside })
      } finally {
        await node.stop()
      }
    } finally {
      await rm(path, { force: true })
    }
  })

async function measured(
  centre: Centre,
  node: Awaited<ReturnType<typeof startNode>>,
  path: string,
  { rows, beside }: { rows: number; beside: number },
): Promise<Measured> {
  const officer = await signedIn(node.url, 'liu', PASSWORD)
  await officer.call('lists.batches')
  await pause(2000)
  const { rss: idle, cpuMs: before } = await node.watched()
  const databaseBefore = databaseCpuMs(centre)
  let told = 0
  const begun = performance.now()
  const batchId = await startList(officer, centre, path, 'bench')
  const uploaded = performance.now() - begun
  const batch = await untilDone(officer, batchId, (done) => {
    if (done - told < rows / 10) return
    told = done
    say(`${done} rows after ${Math.round((performance.now() - begun) / 1000)} s`)
  })
  const took = performance.now() - begun
  const { mostRss, stallMs, cpuMs } = await node.watched()
  const database = databaseCpuMs(centre)
  const cpu = database !== null && databaseBefore !== null ? database - databaseBefore : null
  if (batch.state !== 'done') throw new Error(`the import ended as ${batch.state}: ${JSON.stringify(batch.error)}`)
  const again = await storedAgain(centre)
  const times = took / beside
  const memory = (mostRss - idle) / MB
  const { good, dup, dnc, inv, bad } = batch
  return {
    lines: [
      {
        what: `import of ${rows} rows by upload: ${good} leads, ${dup} repeated, ${dnc} not to be called, ${inv + bad} unfit`,
        figure: `${rounded(took / 1000)} s, ${Math.round((rows / took) * 1000)} rows/s`,
        beside: `COPY of the file into one plain table ${rounded(beside / 1000, 2)} s`,
        aim: `within ${AIM_TIMES} times`,
        met: times <= AIM_TIMES,
      },
      {
        what: 'the same import',
        figure: `${rounded(took / again, 1)} times as long`,
        beside: `COPY of the rows that it left into six tables with the same indexes ${rounded(again / 1000)} s`,
      },
      {
        what: 'memory of the server over its idle process, at most',
        figure: `${Math.round(memory)} MB`,
        beside: `idle ${Math.round(idle / MB)} MB`,
        aim: `under ${AIM_MB} MB`,
        met: memory < AIM_MB,
      },
    ],
    json: {
      ...{ rows, good, dup, dnc, inv, bad, importMs: Math.round(took), uploadMs: Math.round(uploaded) },
      ...{
        copyMs: Math.round(beside),
        timesOfCopy: rounded(times, 2),
        timesOfSameRows: rounded(took / again, 2),
        memoryMb: rounded(memory),
      },
      ...{ idleMb: rounded(idle / MB), stallMs: rounded(stallMs) },
      ...{ serverCpuMs: Math.round(cpuMs - before), databaseCpuMs: cpu },
    },
  }
}
