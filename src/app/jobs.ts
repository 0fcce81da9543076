import type { JobHandler } from '../platform/jobs.ts'

/** Work that goes on after the command that asked for it: name → who does it. */
export const JOBS: Readonly<Record<string, JobHandler>> = {}
