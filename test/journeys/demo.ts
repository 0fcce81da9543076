import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    demoFolder: string
  }
}

let parent: string | undefined

/** One small demo for the whole run; every file of journeys lives in a copy of its own. */
export function setup(project: TestProject): void {
  parent = mkdtempSync(join(tmpdir(), 'kaibo-journeys-'))
  const folder = join(parent, 'demo')
  const made = spawnSync(process.execPath, [join(import.meta.dirname, 'make.ts'), folder], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`the demo of the journeys could not be made:\n${made.stdout}${made.stderr}`)
  project.provide('demoFolder', folder)
}

export function teardown(): void {
  if (parent) rmSync(parent, { recursive: true, force: true })
}
