import { defineConfig } from 'vitest/config'

/** The journeys in a real browser. Each walks through a whole morning or more, so that its time is counted in minutes. */
export default defineConfig({
  test: {
    globalSetup: './test/journeys/demo.ts',
    include: ['test/journeys/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 400_000,
    hookTimeout: 400_000,
    expect: { poll: { timeout: 30_000, interval: 200 } },
  },
})
