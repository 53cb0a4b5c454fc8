/** With `acks=0` nobody says what has arrived: whatever was handed to the kernel must not be taken back at the end. */
import { expect, it } from 'vitest'
import { kt, runtimes } from '../support/cli.ts'
import { newTopic, produce, withBootstrap } from '../support/console.ts'
import { eventually } from '../support/group-member.ts'

const LINES = 300_000

it.each(runtimes)('all lines of a producer without acknowledgements are stored, with %s', async (runtime) => {
  const topic = await newTopic('unacknowledged', { partitions: 3 })
  const lines = Array.from({ length: LINES }, (_, index) => `${String(index).padStart(99, '.')}\n`).join('')
  const properties = ['acks=0', 'enable.idempotence=false'].flatMap((one) => ['--command-property', one])
  expect(await produce(topic, lines, properties, { runtime })).toMatchObject({ code: 0 })
  await eventually(async () => {
    const { stdout } = await kt(withBootstrap(['get-offsets', topic, '--output', 'java']))
    const offsets = stdout.trim().split('\n').map((line) => Number(line.split(':')[2])) // prettier-ignore
    expect(offsets.reduce((sum, offset) => sum + offset, 0)).toBe(LINES)
  })
})
