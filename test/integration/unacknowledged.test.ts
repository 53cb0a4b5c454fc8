/** With `acks=0` nobody says what has arrived: whatever was handed to the kernel must not be taken back at the end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { kt, runtimes } from '../support/cli.ts'
import { newTopic, produce, withBootstrap } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'

const LINES = 600_000

it.each(runtimes)('all lines of a producer without acknowledgements are stored, with %s', async (runtime) => {
  const topic = await newTopic('unacknowledged', { partitions: 3 })
  const lines = Array.from({ length: LINES }, (_, index) => `${String(index).padStart(99, '.')}\n`).join('')
  // From a file they come fast enough that the kernel still holds some at the end.
  const folder = mkdtempSync(join(tmpdir(), 'kt-unacknowledged-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'lines'), lines)
  const properties = ['acks=0', 'enable.idempotence=false'].flatMap((one) => ['--command-property', one])
  expect(
    await produce(topic, '', ['--file', join(folder, 'lines'), ...properties], { runtime }),
  ).toMatchObject({ code: 0 })
  await eventually(async () => {
    const { stdout } = await kt(withBootstrap(['get-offsets', topic, '--output', 'java']))
    const offsets = stdout.trim().split('\n').map((line) => Number(line.split(':')[2])) // prettier-ignore
    expect(offsets.reduce((sum, offset) => sum + offset, 0)).toBe(LINES)
  })
})
