import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Pool } from './database.ts'

/* Figures of the node itself for the operator, never of people or leads. */

export interface Metrics {
  readonly registry: Registry
  /** An answered call of an operation, in seconds. */
  answered(operation: string, status: number, seconds: number): void
  /** A refusal by a rule. */
  refused(code: string): void
}

export type Watched = {
  readonly pools: Readonly<Record<string, Pool>>
  readonly listeners: () => number
  readonly deadJobs: () => Promise<number>
  /** Seconds since the last good back-up; null when there is none. */
  readonly backupAge: () => Promise<number | null>
}

export function openMetrics({ pools, listeners, deadJobs, backupAge }: Watched): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const calls = new Histogram({
    name: 'kaibo_operation_seconds',
    help: 'Time until an operation was answered',
    labelNames: ['operation', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  })
  const refusals = new Counter({
    name: 'kaibo_refusals_total',
    help: 'Refusals by the code of the rule',
    labelNames: ['code'],
    registers,
  })
  new Gauge({
    name: 'kaibo_live_listeners',
    help: 'Browsers that listen for changes at this node',
    registers,
    collect() {
      this.set(listeners())
    },
  })
  new Gauge({
    name: 'kaibo_dead_jobs',
    help: 'Jobs that failed for good',
    registers,
    async collect() {
      // Figures are wanted most when the database is away.
      this.set(await deadJobs().catch(() => Number.NaN))
    },
  })
  new Gauge({
    name: 'kaibo_backup_age_seconds',
    help: 'Since the last good back-up ended; NaN when there is none, or nobody can tell',
    registers,
    async collect() {
      this.set((await backupAge().catch(() => null)) ?? Number.NaN)
    },
  })
  new Gauge({
    name: 'kaibo_pool_connections',
    help: 'Connections of a pool; waiting = requests without one',
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const [pool, { totalCount, idleCount, waitingCount }] of Object.entries(pools)) {
        this.set({ pool, state: 'busy' }, totalCount - idleCount)
        this.set({ pool, state: 'idle' }, idleCount)
        this.set({ pool, state: 'waiting' }, waitingCount)
      }
    },
  })
  return {
    registry,
    answered: (operation, status, seconds) => calls.observe({ operation, status: String(status) }, seconds),
    refused: (code) => refusals.inc({ code }),
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** GET /metrics for the machine itself, or for others with the token. */
export function mountMetrics(
  app: FastifyInstance,
  { registry }: Metrics,
  { token, isLocal }: { token: string | null; isLocal: (request: { raw: unknown }) => boolean },
): void {
  app.get('/metrics', async (request, reply) => {
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    const known = token !== null && given !== undefined && timingSafeEqual(digest(given), digest(token))
    if (!known && !isLocal(request)) return reply.status(404).send({ code: 'NOT_FOUND' })
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}
