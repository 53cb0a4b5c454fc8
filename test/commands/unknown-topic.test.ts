import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeBroker, startFakeBroker } from '../broker/index.ts'
import { runCommand } from '../support/run-command.ts'

const LIST = '  kt topics list shows what there is'
const NEAR = '  did you mean "orders"?'

let broker: FakeBroker
beforeAll(async () => void (broker = await startFakeBroker({ topics: { orders: 2 } })))
afterAll(() => broker.close())

describe('a topic that is not there', () => {
  it.each([
    ['console-consumer invoices', LIST],
    ['console-consumer order', NEAR],
    ['get-offsets invoices', LIST],
    ['get-offsets order', NEAR],
    ['delete-records invoices --before 3', LIST],
    ['delete-records order --before 3', NEAR],
    ['topics describe invoices', LIST],
    ['copy --from-topic invoices --to-topic orders', LIST],
    ['console-producer invoices --file /dev/null', '  create it: kt topics create invoices'],
    ['console-producer order --file /dev/null', NEAR],
  ])('%s: says what to try', async (words, hint) => {
    const { stderr, code } = await runCommand(words.split(' '), [], { bootstrap: broker.address })
    expect(stderr.at(-1)).toBe(hint)
    expect(code).toBe(1)
  })
})
