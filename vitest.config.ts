import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: './test/database.ts',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: ['test/journeys/**', 'node_modules/**'],
    // Measured: threads without isolation run the suite a third faster than forks with it.
    pool: 'threads',
    maxWorkers: 2,
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
