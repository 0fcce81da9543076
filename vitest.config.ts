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
    // Guards against hanging only: on two busy cores a server's first start alone may take ten seconds.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
