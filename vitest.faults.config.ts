import { defineConfig } from 'vitest/config'
import { ClosingLine } from './test/support/closing-line.ts'
import { FaultTable } from './test/faults/support/table.ts'
import { filesAsText } from './vitest.config.ts'

/** Real brokers that are killed, stopped and cut off: minutes, not for every day. */
export default defineConfig({
  plugins: [filesAsText],
  test: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/faults/support/global-setup.ts'],
    reporters: [['default', { summary: false }], new FaultTable(), new ClosingLine()],
    fileParallelism: false,
    testTimeout: 150_000,
    hookTimeout: 180_000,
  },
})
