import { inOwnCentre } from './centre.ts'
import { callers, type Measured, rounded, type Sizes } from './measured.ts'

/** Small writes of 16 connections with NOTIFY in the transaction, beside the same with news gathered outside. */
export const notifying = ({ seconds }: Sizes): Promise<Measured> =>
  inOwnCentre(async ({ pool }) => {
    await pool.query('create table bench_write (id bigint generated always as identity, at timestamptz default now())')
    const write = async (within: boolean) => {
      const client = await pool.connect()
      try {
        await client.query('begin')
        await client.query('insert into bench_write default values')
        if (within) await client.query(`select pg_notify('bench', 'changed')`)
        await client.query('commit')
      } finally {
        client.release()
      }
    }
    const timer = setInterval(() => void pool.query(`select pg_notify('bench', 'gathered')`), 100)
    const gathered = (await callers(16, seconds, () => write(false))).length / seconds
    clearInterval(timer)
    const within = (await callers(16, seconds, () => write(true))).length / seconds
    return {
      lines: [
        {
          what: 'writes with NOTIFY inside the transaction',
          figure: `${Math.round(within)}/s, ratio ${rounded(within / gathered, 2)}`,
          beside: `gathered each 100 ms ${Math.round(gathered)}/s`,
        },
      ],
      json: {
        withinPerSecond: rounded(within),
        gatheredPerSecond: rounded(gathered),
        ratio: rounded(within / gathered, 3),
      },
    }
  })
