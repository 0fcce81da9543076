import { expect, test } from 'vitest'
import {
  folderOrder,
  isPure,
  loose,
  moduleOrder,
  noClock,
  platformOnly,
  rulesPure,
  sides,
  sizes,
} from './boundaries.ts'
import { readSource, readTree, type Tree } from './source-files.ts'
import { usesIn } from './sql-names.ts'
import { relationsOf, tableOwners } from './table-owners.ts'

const read = (tree: Tree) =>
  new Map([...tree].filter(([path]) => /\.tsx?$/.test(path)).map(([path, text]) => [path, readSource(path, text)]))
const CHECKS = { folderOrder, moduleOrder, noClock, platformOnly, rulesPure, sides }

const house = readTree(new URL('../', import.meta.url))
const sources = read(house)
const relations = relationsOf(house)

test('the house is found', () => {
  expect(sources.get('src/modules/compliance/rules.ts')?.imports.length).toBeGreaterThan(3)
  expect(isPure(sources, 'src/modules/compliance/rules.ts')).toBe(true)
})

test('every import leads to a file', () => expect(loose(sources, house)).toEqual([]))
test('folders take only from folders before them', () => expect(folderOrder(sources)).toEqual([]))
test('modules take only from modules before them', () => expect(moduleOrder(sources)).toEqual([]))
test('pages take types and pure files from the server, the server no pages', () => expect(sides(sources)).toEqual([]))
test('rules.ts is pure', () => expect(rulesPure(sources)).toEqual([]))
test('drivers and the HTTP framework stay in platform', () => expect(platformOnly(sources)).toEqual([]))
test('modules ask nobody for the time or for chance', () => expect(noClock(sources)).toEqual([]))
test('files and modules stay small, modules flat', () => expect(sizes(house)).toEqual([]))
test('every table has an owner, and views read what their owner may', () => expect(relations.found).toEqual([]))
test('modules write their own tables and join published views only', () => {
  expect(tableOwners(sources, relations)).toEqual([])
})

/* Each check on a small house with one fault: what it finds, and what it lets pass. */

const small = (files: Record<string, string>) => {
  const tree: Tree = new Map(Object.entries(files))
  return { tree, sources: read(tree) }
}
const inFile = (path: string, text: string, more: Record<string, string> = {}) => small({ [path]: text, ...more })

const IMPORT_CASES: [check: keyof typeof CHECKS, path: string, bad: string, good: string][] = [
  ['folderOrder', 'src/lib/a.ts', `import { x } from '../platform/x.ts'`, `import { y } from './y.ts'`],
  ['folderOrder', 'src/platform/a.ts', `export * from '../modules/people/x.ts'`, `import { y } from '../lib/y.ts'`],
  ['folderOrder', 'src/platform/a.ts', `type A = import('../app/x.ts').A`, `type A = import('../lib/x.ts').A`],
  ['folderOrder', 'src/ui/A.tsx', `import { api } from '../client/api.ts'`, `import { t } from '../client/words.ts'`],
  ['folderOrder', 'src/ui/A.tsx', `import type { A } from '../modules/people/x.ts'`, `import { y } from '../lib/y.ts'`],
  [
    'folderOrder',
    'src/client/api.ts',
    `import { router } from '../app/router.ts'`,
    `import type { Router } from '../app/router.ts'`,
  ],
  ['folderOrder', 'src/client/live.ts', `import type { Router } from '../app/router.ts'`, `import { y } from './y.ts'`],
  [
    'folderOrder',
    'src/modules/leads/a.ts',
    `import { world } from '../../../test/world.ts'`,
    `import { y } from '../../lib/y.ts'`,
  ],
  [
    'moduleOrder',
    'src/modules/leads/a.ts',
    `await import('../calls/desk.ts')`,
    `import { x } from '../people/people.ts'`,
  ],
  ['moduleOrder', 'src/modules/leads/a.ts', `import type { X } from '../calls/desk.ts'`, `import { x } from './b.ts'`],
  [
    'sides',
    'src/modules/leads/LeadsPage.tsx',
    `import { next } from './leads.ts'`,
    `import type { Lead } from './leads.ts'`,
  ],
  [
    'sides',
    'src/modules/leads/LeadsPage.tsx',
    `import { readFile } from 'node:fs'`,
    `import { due } from './rules.ts'`,
  ],
  ['sides', 'src/modules/leads/a.ts', `import { Page } from './LeadsPage.tsx'`, `import { due } from './rules.ts'`],
  [
    'sides',
    'src/app/server.ts',
    `import { api } from '../client/api.ts'`,
    `import type { Client } from '../client/api.ts'`,
  ],
  [
    'rulesPure',
    'src/modules/leads/rules.ts',
    `import { next } from './leads.ts'`,
    `import type { Lead } from './leads.ts'`,
  ],
  ['rulesPure', 'src/modules/leads/rules.ts', `import { join } from 'node:path'`, `import { z } from 'zod'`],
  [
    'rulesPure',
    'src/modules/leads/rules.ts',
    `import { at } from '../compliance/hours.ts'`,
    `import { gate } from '../compliance/rules.ts'`,
  ],
  ['rulesPure', 'src/modules/leads/rules.ts', `import { deep } from './deep.ts'`, `import y from './y.json'`],
  ['rulesPure', 'src/modules/leads/rules.ts', `const id = Math.random()`, `const id = Math.round(1.5)`],
  ['platformOnly', 'src/modules/leads/a.ts', `import { Pool } from 'pg'`, `import type { Pool } from 'pg'`],
  ['platformOnly', 'src/modules/leads/a.ts', `import { Kysely } from 'kysely'`, `import { sql } from 'kysely'`],
  ['platformOnly', 'src/modules/leads/a.ts', `import fastify from 'fastify'`, `import { parse } from 'csv-parse'`],
  ['platformOnly', 'src/app/router.ts', `import { os } from '@orpc/server'`, `import type { X } from '@orpc/server'`],
  ['platformOnly', 'src/app/jobs.ts', `import { x } from '@fastify/static'`, `import { y } from './y.ts'`],
  ['noClock', 'src/modules/leads/a.ts', `const t = Temporal.Now.instant()`, `const t = ctx.now`],
  [
    'noClock',
    'src/modules/leads/a.ts',
    `import { randomUUID } from 'node:crypto'`,
    `import { createHmac } from 'node:crypto'`,
  ],
  ['noClock', 'src/modules/leads/Desk.tsx', `const t = Date.now()`, `const t = useNow()`],
  ['noClock', 'src/modules/leads/a.ts', 'sql`select now()`', `const s = 'now()'`],
  ['noClock', 'src/modules/leads/a.ts', 'sql`where day = current_date`', 'sql`where day = $' + '{today} -- now()`'],
]

const BESIDE = {
  'src/modules/leads/leads.ts': `import { x } from '../../platform/x.ts'`,
  'src/modules/leads/deep.ts': `export * from './leads.ts'`,
  'src/modules/leads/rules.ts': `import { sum } from '../../lib/y.ts'`,
  'src/modules/leads/y.json': '',
  'src/modules/compliance/hours.ts': '',
  'src/modules/compliance/rules.ts': `import './hours.ts'`,
  'src/lib/y.ts': '',
}

test.each(IMPORT_CASES)('%s finds the fault in %s: %s', (check, path, bad, good) => {
  const judge = CHECKS[check]
  expect(judge(inFile(path, bad, { ...BESIDE, [path]: bad }).sources).length).toBe(1)
  expect(judge(inFile(path, good, { ...BESIDE, [path]: good }).sources)).toEqual([])
})

test('an import that leads nowhere, or only at run time, is found', () => {
  const { tree, sources } = small({ 'src/lib/a.ts': `import './b.ts'\nimport './c.ts'\nimport(x)`, 'src/lib/b.ts': '' })
  expect(loose(sources, tree)).toEqual([
    'src/lib/a.ts:2 takes src/lib/c.ts: there is no such file',
    'src/lib/a.ts:3 takes an expression: only a written name can be held against the order',
  ])
})

test('long files, big modules, subfolders and strange modules are found', () => {
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`src/modules/leads/f${index}.ts`, '']))
  const tree = new Map(
    Object.entries({
      ...many,
      'src/lib/long.ts': 'x\n'.repeat(301),
      'src/lib/just.ts': 'x\n'.repeat(300),
      'migrations/001_all.sql': 'x\n'.repeat(601),
      'src/modules/leads/parts/a.ts': '',
      'src/modules/rulebook/books/life/a.json': '',
      'src/modules/leads/many.test.ts': '',
      'src/modules/moods/a.ts': '',
    }),
  )
  expect(sizes(tree)).toEqual([
    'src/lib/long.ts has 301 lines, more than 300',
    'migrations/001_all.sql has 601 lines, more than 600',
    'src/modules/leads/parts/a.ts: a module has no subfolders',
    'src/modules/moods/a.ts: the order of modules has no moods',
    'leads has 22 files, more than 20: it is two modules',
  ])
})

const MIGRATION = `
-- owner: people
create table person (id uuid primary key);
create view person_name as select id from person;
-- owner: leads
create table if not exists public."lead" (id uuid);
create table lot (id uuid);
create table old (id uuid); alter table old rename to lead_event; drop table lot;
-- owner: calls
create table call (id uuid) partition by range (at);
create table call_2026_01 partition of call default;
create view call_day as select day from call;
`

const TABLE_CASES: [code: string, found: string | null][] = [
  [`db.selectFrom('lead as l').innerJoin('person_name', 'a', 'b')`, null],
  [`db.selectFrom('person')`, 'reads person: a table of people; only its published views may be joined'],
  [`db.selectFrom(['lead', 'person as p'])`, 'reads person: a table of people; only its published views may be joined'],
  [`db.selectFrom('call_day')`, 'reads call_day: calls stands after leads'],
  [`db.insertInto('person_name')`, 'writes person_name: people writes its tables itself'],
  [`db.updateTable('lead').from('lead_event as e')`, null],
  [`db.selectFrom('lot')`, 'reads lot: no migration creates it'],
  [`db.with('fresh', (q) => q.selectFrom('lead')).selectFrom('fresh')`, null],
  ['sql`with p as (select 1 from lead) select * from p join "lead_event" e using (id)`', null],
  ['sql<Row>`select 1 from lead, call c`', 'reads call: calls stands after leads'],
  ['sql`update person set x = 1`', 'writes person: people writes its tables itself'],
  ['sql`delete from call using lead`', 'writes call: calls writes its tables itself'],
  ['sql`select extract(day from person) is distinct from call from lead for update of lead`', null],
  ['sql`insert into lead (id) values (1) on conflict (id) do update set x = 1`', null],
  ['sql`where exists (select from $' + '{x} join person on true)`', 'reads person: a table of people; only its'],
  [`Temporal.PlainDate.from('1970-01-01') + Array.from('x')`, null],
  ['sql.raw(text)', 'reads sql.raw: SQL made at run time shows no tables'],
  [`sql.table('person')`, 'reads person: a table of people; only its published views may be joined'],
]

test.each(TABLE_CASES)('the owner of a table, in leads: %s', (code, expected) => {
  const { tree, sources } = inFile('src/modules/leads/a.ts', code, { 'migrations/001_all.sql': MIGRATION })
  const found = tableOwners(sources, relationsOf(tree))
  if (expected === null) expect(found).toEqual([])
  else expect(found).toEqual([expect.stringContaining(expected)])
})

test('a migration under no owner, under a strange one, or with a view that reaches too far is found', () => {
  const sql = `create table a (id int); -- owner: leads
-- owner: moods
create table b (id int);
-- owner: people
create view c as select now() from b;`
  expect(relationsOf(new Map([['migrations/001_all.sql', sql]])).found).toEqual([
    'migrations/001_all.sql creates a under no owner',
    'migrations/001_all.sql names an unknown owner moods',
    'migrations/001_all.sql: the view c reads b: a table of moods; only its published views may be joined',
  ])
})

test('tables are read out of SQL as people write it', () => {
  const names = (sql: string) => usesIn(sql).uses.map(({ kind, name }) => `${kind} ${name}`)
  expect(names('select * from unnest(?) with ordinality as t(a, b), lead l, lateral (select 1 from b) c, d')).toEqual([
    'read lead',
    'read d',
    'read b',
  ])
  expect(names('select 1 from rows from (unnest(?), b(1)) with ordinality as t(a), lead')).toEqual(['read lead'])
  expect(names('with recursive up (a) as materialized (select 1 from x) select * from up')).toEqual(['read x'])
  expect(names(`select 'from a' /* from b */ -- from c\n from "D" where trim(both from e) = ''`)).toEqual(['read D'])
  expect(names('merge into a using b on true when matched then update set x = 1')).toEqual(['write a', 'read b'])
  expect(names('truncate table a; select x from only jobs.job for no key update')).toEqual(['write a', 'read jobs.job'])
})
