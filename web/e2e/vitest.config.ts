import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('.', import.meta.url).pathname,
    include: ['journeys/**/*.test.ts'],
    environment: 'node',
    testTimeout: 90_000,
    hookTimeout: 60_000,
    // One stage at a time: a browser and a node are all that two cores bear, and budgets are measured.
    fileParallelism: false,
  },
})
