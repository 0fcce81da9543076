import { CompiledQuery, type KyselyPlugin, PostgresQueryCompiler } from 'kysely'
import type { Ctx } from '../src/platform/context.ts'

/** One step of a plan: what it does, over which table, by which index. */
export type Step = { readonly does: string; readonly table: string | null; readonly index: string | null }

type Node = { 'Node Type': string; 'Relation Name'?: string; 'Index Name'?: string; Plans?: Node[] }

const steps = (node: Node): Step[] => [
  { does: node['Node Type'], table: node['Relation Name'] ?? null, index: node['Index Name'] ?? null },
  ...(node.Plans ?? []).flatMap(steps),
]

/** The plan of each statement that a piece of work asks, in order: the very statements, with their parameters. */
export async function plansOf(ctx: Ctx, work: (ctx: Ctx) => Promise<unknown>): Promise<Step[][]> {
  const asked: CompiledQuery[] = []
  const compiler = new PostgresQueryCompiler()
  const recorder: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      asked.push(compiler.compileQuery(node, queryId))
      return node
    },
    transformResult: async ({ result }) => result,
  }
  await work({ ...ctx, db: ctx.db.withPlugin(recorder) })
  const plans: Step[][] = []
  for (const { sql, parameters } of asked) {
    const { rows } = await ctx.db.executeQuery<{ 'QUERY PLAN': { Plan: Node }[] }>(
      CompiledQuery.raw(`explain (format json) ${sql}`, [...parameters]),
    )
    plans.push(steps(rows[0]!['QUERY PLAN'][0]!.Plan))
  }
  return plans
}
