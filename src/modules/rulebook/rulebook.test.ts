import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { refusal } from '../../../test/refused.ts'
import { type World, world } from '../../../test/world.ts'
import { yes } from '../../lib/verdict.ts'
import { rulebookWith } from './api.ts'
import { BOOKS } from './books.ts'
import { clausesOf } from './content.ts'
import { type DecidingVersion, inForceOn, rulesSource } from './inForce.ts'
import { publish } from './publish.ts'

/** Nine to nine, as the life packs have it; compliance hands in the packs' own. */
const openHours = () => [['09:00', '21:00']] as const
const router = { rulebook: rulebookWith(openHours) }
const day = (text: string) => Temporal.PlainDate.from(text)

let w: World<typeof router>
beforeAll(async () => {
  w = await world(router)
})
afterAll(() => w.close())

const latest = async (documentCode: string) => (await w.as('guo').rulebook.versions({ documentCode })).versions[0]!
async function publication(documentCode: string, effectiveOn: string, figures: Record<string, unknown>) {
  const { versionId } = await latest(documentCode)
  return { documentCode, baseVersionId: versionId, effectiveOn, figures, why: 'tried in one region first' }
}
describe('the charter is open to everybody [S1.1.4 D]', () => {
  test('by chapter and clause, in three languages, each clause with what is built of it [S1.1.4 D]', async () => {
    const { documents } = await w.as('ann').rulebook.documents({})
    expect(documents.map((one) => one.code)).toEqual(['team', 'planning', 'leader', 'visit'])
    const planning = documents.find((one) => one.code === 'planning')!
    expect(planning.chapters.map((chapter) => chapter.id)).toContain('S1.4.5')
    const shown = documents.flatMap((one) => one.chapters.flatMap((chapter) => chapter.clauses))
    expect(shown.map((one) => one.id)).toEqual(BOOKS.life.flatMap(clausesOf).map((one) => one.id))
    for (const clause of shown)
      expect(clause.title).toEqual({ hant: expect.any(String), hans: expect.any(String), en: expect.any(String) })
    expect(new Set(shown.map((one) => one.status))).toEqual(new Set(['built', 'planned', 'human']))
  })

  test('a clause shows its figures, its reading and its document', async () => {
    const clause = await w.as('fang').rulebook.clause({ id: 'S4.4.2' })
    expect(clause).toMatchObject({
      documentCode: 'team',
      chapter: { id: 'S4.4' },
      status: 'built',
      version: { number: 1 },
    })
    expect(clause.figures.map((figure) => figure.key).sort()).toEqual([
      'acting.decideAt',
      'online.alertAfter',
      'online.at',
      'online.checkFrom',
    ])
    expect(clause.note?.hant).toContain('開撥')
    expect(await refusal(w.as('fang').rulebook.clause({ id: 'S9.9' }))).toEqual(['NOT_FOUND'])
    expect(await refusal(w.as('fang').rulebook.clause({ id: 'S4.4.2', day: '2013-12-31' }))).toEqual(['NOT_FOUND'])
    await expect(w.stranger.rulebook.documents({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('every figure that ships is known by its shape', async () => {
    await w.run(async (ctx) => {
      const rules = ctx.rules.at(ctx.today)
      expect(rules.get('idle.minutes')).toBe(8)
      expect(rules.get('dial.blocks')[0]).toEqual({ key: 'morning', from: '09:20', to: '11:45' })
      expect(rules.origin('acting.decideAt')).toMatchObject({ clause: 'S4.4.2', documentCode: 'team' })
      expect(rules.has('lead.firstCallMinutes')).toBe(false)
      expect(() => rules.get('lead.firstCallMinutes')).toThrow(
        'no clause in force on 2026-06-17 states "lead.firstCallMinutes"',
      )
      expect(rules.versionOf('S2.1.1')).toBeNull()
      expect(() => ctx.rules.at(day('2013-01-01')).get('idle.minutes')).toThrow(/no clause in force/)
    })
  })
})

describe('a version takes effect on its day [S1.5.2 D]', () => {
  test('and what happened earlier keeps the version of its day [S1.5.2 D]', async () => {
    const before = await latest('visit')
    await w.run((ctx) => ctx.decide({ verdict: yes, subject: { kind: 'lead', id: null }, clauses: ['S3.6'] }))
    const made = await w
      .as('guo')
      .rulebook.publishVersion(await publication('visit', '2026-06-17', { 'callback.windowMinutes': 5 }))
    await w.run((ctx) => ctx.decide({ verdict: yes, subject: { kind: 'lead', id: null }, clauses: ['S3.6'] }))
    await w.run(async (ctx) => {
      expect(ctx.rules.at(ctx.today).get('callback.windowMinutes')).toBe(5)
      expect(ctx.rules.at(day('2026-06-16')).get('callback.windowMinutes')).toBe(10)
      expect(ctx.rules.at(ctx.today).versionOf('S3.6')).toBe(made.versionId)
    })
    const decided = await w.sql<{ version_id: string }>`
      select version_id from decision where clause = 'S3.6' and subject_kind = 'lead' order by id`
    expect(decided.map((row) => row.version_id)).toEqual([before.versionId, made.versionId])

    const clause = await w.as('ann').rulebook.clause({ id: 'S3.6' })
    expect(clause.figures.find((figure) => figure.key === 'callback.windowMinutes')).toEqual({
      key: 'callback.windowMinutes',
      value: 5,
      stands: [
        { value: 5, effectiveOn: '2026-06-17', number: 2 },
        { value: 10, effectiveOn: '2014-01-01', number: 1 },
      ],
    })
    expect(clause.versions.map((one) => [one.number, one.state, one.changed, one.by])).toEqual([
      [2, 'inForce', true, '郭文華'],
      [1, 'past', true, null],
    ])
    expect((await w.as('ann').rulebook.clause({ id: 'S3.6', day: '2026-06-16' })).version.number).toBe(1)
    expect(await w.as('ann').rulebook.difference({ documentCode: 'visit', from: 1, to: 2 })).toMatchObject({
      figures: [{ clause: 'S3.6', key: 'callback.windowMinutes', before: 10, after: 5 }],
      texts: [],
      added: [],
    })
  })

  test('never in the past, nor before one already published for later', async () => {
    expect(
      await refusal(
        w.as('guo').rulebook.publishVersion(await publication('leader', '2026-06-16', { 'talk.repeatToUm': 2 })),
      ),
    ).toEqual(['rulebook.effectivePast'])
    await w.as('guo').rulebook.publishVersion(await publication('leader', '2026-07-01', { 'talk.repeatToUm': 2 }))
    expect(
      await refusal(
        w.as('guo').rulebook.publishVersion(await publication('leader', '2026-06-20', { 'talk.repeatToUm': 4 })),
      ),
    ).toEqual(['rulebook.beforeLater'])
    await w.run(async (ctx) => {
      expect(ctx.rules.at(day('2026-06-30')).get('talk.repeatToUm')).toBe(3)
      expect(ctx.rules.at(day('2026-07-01')).get('talk.repeatToUm')).toBe(2)
    })
    const { documents } = await w.as('ann').rulebook.documents({})
    expect(documents.find((one) => one.code === 'leader')?.coming).toMatchObject([
      { number: 2, effectiveOn: '2026-07-01' },
    ])
  })

  test('is published by the department manager alone, from the version that was read', async () => {
    const base = await publication('planning', '2026-06-17', { 'assessment.passMark': 65 })
    for (const name of ['ann', 'lin', 'wen', 'admin', 'hao'] as Name[])
      expect(await refusal(w.as(name).rulebook.publishVersion(base)), name).toEqual(['FORBIDDEN'])
    const both = await Promise.allSettled([0, 1].map(() => w.as('guo').rulebook.publishVersion(base)))
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({
      reason: { code: 'STALE', data: { current: { number: 2 } } },
    })
  })

  test('refuses what has no clause, no fitting shape or no change', async () => {
    const tried = async (figures: Record<string, unknown>) =>
      refusal(w.as('guo').rulebook.publishVersion(await publication('team', '2026-06-17', figures)))
    expect(await tried({ 'made.up': 1 })).toEqual(['rulebook.figureUnknown'])
    expect(await tried({ 'assessment.passMark': 70 })).toEqual(['rulebook.figureUnknown'])
    expect(await tried({ 'idle.minutes': 0 })).toEqual(['rulebook.figureInvalid'])
    expect(await tried({ 'idle.minutes': 8 })).toEqual(['rulebook.nothingChanged'])
    expect(await tried({})).toEqual(['rulebook.nothingChanged'])
  })

  test('words change in both scripts, and the event and the pages are told', async () => {
    const at = w.topics.length
    await w.run(
      (ctx) =>
        publish(
          ctx,
          {
            documentCode: 'visit',
            effectiveOn: ctx.today,
            texts: [{ clause: 'S3.1', field: 'note', hant: '職場的規定', en: 'A rule of the floor' }],
            why: 'said more clearly',
          },
          openHours,
        ),
      'guo',
    )
    const clause = await w.as('ann').rulebook.clause({ id: 'S3.1' })
    expect(clause.note).toEqual({ hant: '職場的規定', hans: '职场的规定', en: 'A rule of the floor' })
    expect(w.topics.slice(at).map((topic) => topic.name)).toEqual(['rulebook', 'attendance'])
    const events = await w.sql<{ data: { number: number } }>`select data from event where name = 'rulebook.published'`
    expect(events.length).toBeGreaterThan(0)
  })
})

describe('what is in force on a day', () => {
  const days = fc.integer({ min: 0, max: 60 }).map((n) => day('2026-01-01').add({ days: n }))
  const version = (
    unitId: string | null,
    id: number,
    effectiveOn: Temporal.PlainDate,
    number: number,
  ): DecidingVersion => ({
    id: `${unitId} ${id}`,
    documentCode: 'a',
    unitId,
    number,
    effectiveOn,
    figures: new Map([['idle.minutes', { value: id, clause: 'S4.3.3c' }]]),
    clauses: new Set(['S4.3.3c']),
  })
  const history = fc
    .array(days, { minLength: 1, maxLength: 8 })
    .map((list) => list.map((on, i) => version(null, i, on, i + 1)))

  test('is the latest that took effect, the highest number of one day, and nothing before the first', () => {
    fc.assert(
      fc.property(history, days, (versions, asked) => {
        // Read slowly: day by day from the beginning, each version taking over on its day in the order of numbers.
        let slow: DecidingVersion | undefined
        for (let on = day('2026-01-01'); Temporal.PlainDate.compare(on, asked) <= 0; on = on.add({ days: 1 }))
          for (const one of versions) if (one.effectiveOn.equals(on)) slow = one
        expect(inForceOn(versions, asked)?.id).toBe(slow?.id)
      }),
    )
  })

  test('does not depend on the order in which versions are read, nor does a later one change an earlier day', () => {
    fc.assert(
      fc.property(history, days, fc.nat({ max: 5 }), (versions, asked, more) => {
        const now = inForceOn(versions, asked)?.id
        expect(inForceOn([...versions].reverse(), asked)?.id).toBe(now)
        expect(inForceOn([...versions, version(null, 99, asked.add({ days: 1 + more }), 99)], asked)?.id).toBe(now)
      }),
    )
  })

  test('a group’s own document stands over its region’s, and that over the centre’s', () => {
    const parents = new Map([
      ['group', 'region'],
      ['region', 'root'],
      ['root', null],
      ['other', 'root'],
    ] as const)
    fc.assert(
      fc.property(history, days, days, days, (centre, ofGroup, ofRegion, asked) => {
        const rules = rulesSource(
          [...centre, version('region', 200, ofRegion, 1), version('group', 100, ofGroup, 1)],
          parents,
        )
        const holds = (on: Temporal.PlainDate) => Temporal.PlainDate.compare(on, asked) <= 0
        const own = inForceOn(centre, asked)?.figures.get('idle.minutes')?.value
        const expected = holds(ofGroup) ? 100 : holds(ofRegion) ? 200 : own
        const read = (groupId: string | null) => {
          const set = rules.at(asked, groupId)
          return set.has('idle.minutes') ? set.get('idle.minutes') : undefined
        }
        expect(read('group')).toBe(expected)
        expect(read('other')).toBe(own)
        expect(read(null)).toBe(own)
      }),
    )
  })
})
