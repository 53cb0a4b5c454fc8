import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeBroker, startFakeBroker } from '../broker/index.ts'
import type { TestContext, TestContextOptions } from '../support/context.ts'
import { runCommand } from '../support/run-command.ts'

let broker: FakeBroker
beforeAll(async () => void (broker = await startFakeBroker({ topics: { orders: 2 } })))
afterAll(() => broker.close())

async function run(words: string, options: TestContextOptions = {}) {
  const opened: TestContext[] = []
  const all = `perf producer orders --num-records 20 ${words}`.trim().split(' ')
  const result = await runCommand(all, opened, { bootstrap: broker.address, ...options })
  const [{ context }] = opened as [TestContext]
  const [settings, { traffic }] = await Promise.all([context.settings(), context.cluster()])
  return { ...result, clientId: settings['client.id'], isWatched: traffic.onRequest !== undefined }
}

describe('kt perf producer', () => {
  it('has the name of Kafka’s tool for the brokers', async () => {
    expect(await run('')).toMatchObject({ clientId: 'perf-producer-client', code: 0 })
  })

  it('keeps the client.id of a profile or a file', async () => {
    const file = { name: 'prod.properties', properties: { 'client.id': 'mine' } }
    expect(await run('', { file })).toMatchObject({ clientId: 'mine', code: 0 })
  })

  it('looks into what it sends only for --print-metrics', async () => {
    expect(await run('')).toMatchObject({ isWatched: false })
    const measured = await run('--print-metrics')
    expect(measured.isWatched).toBe(true)
    expect(measured.stderr.join('\n')).toMatch(/producer-metrics:record-send-total:.* : 20/)
  })
})
