import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('.', import.meta.url).pathname,
    include: ['journeys/**/*.test.ts'],
    environment: 'node',
    testTimeout: 90_000,
    hookTimeout: 60_000,
    // A browser and a node each; two at once are all that two cores bear.
    fileParallelism: true,
    maxWorkers: 2,
  },
})
