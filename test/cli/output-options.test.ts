import { expect, it } from 'vitest'
import type { Context } from '../../src/cli/context.ts'
import { outputFormatter } from '../../src/cli/output-options.ts'
import { noOpFormatter } from '../../src/cli/records/simple-formatters.ts'

const context = { isScript: false, note: () => {} } as unknown as Context

function formatterCalled(formatter: string) {
  const values = { output: 'default', formatTime: 'ms', pretty: false, formatter, formatterProperty: {} }
  return outputFormatter(values as unknown as Parameters<typeof outputFormatter>[0], context, false)
}

it.each([
  'noop',
  'NoOpMessageFormatter',
  'kafka.tools.NoOpMessageFormatter',
  'org.apache.kafka.tools.consumer.NoOpMessageFormatter',
])('the formatter %s prints nothing', async (name) => {
  expect(await formatterCalled(name)).toBe(noOpFormatter)
})

it.each(['nope', 'MessageFormatter', 'com.example.NoOpMessageFormatter', ''])(
  'there is no formatter %j',
  async (name) => {
    await expect(formatterCalled(name)).rejects.toThrow(`no formatter "${name}"`)
  },
)
