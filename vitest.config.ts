import { readFile } from 'node:fs/promises'
import { defineConfig, type Plugin } from 'vitest/config'
import { pageTexts } from './scripts/page-texts.mjs'
import { ClosingLine } from './test/support/closing-line.ts'

/** The pom and the completions are imported as text, as esbuild and Bun do when they build. */
export const filesAsText: Plugin = {
  name: 'files-as-text',
  enforce: 'pre',
  async load(id) {
    if (!/\.(xml|bash|zsh|fish)$/.test(id)) return undefined
    return `export default ${JSON.stringify(await readFile(id, 'utf8'))}`
  },
}

export default defineConfig({
  plugins: [filesAsText],
  define: pageTexts(),
  test: {
    reporters: ['default', new ClosingLine()],
    // A cluster is stopped in it.
    teardownTimeout: 200_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/faults/**'],
          // Only what hangs takes so long: no test may fail because a machine is busy.
          testTimeout: 200_000,
          hookTimeout: 200_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          // Tests of groups, of failovers and of Kafka's own tools mostly wait: two files at a time, after the unit tests.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          // They ask other processes, so there is nothing to isolate, and the JVM for Kafka's tools is started once.
          isolate: false,
          testTimeout: 400_000,
          hookTimeout: 400_000,
        },
      },
    ],
  },
})
