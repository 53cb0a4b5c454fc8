import { expect, it } from 'vitest'
import { hedged } from '../../../src/core/cluster/hedge.ts'

const never = new Promise<string>(() => {})

/** Each call gets the next of these; after the last there are no others. */
function inTurn(answers: (() => Promise<string>)[]) {
  let next = 0
  return {
    ask: () => answers[next++]!(),
    hasOthers: () => next < answers.length,
    asked: () => next,
  }
}

it('asks nobody else where the answer comes soon', async () => {
  const { ask, hasOthers, asked } = inTurn([() => Promise.resolve('first'), () => Promise.resolve('second')])
  expect(await hedged(ask, hasOthers, 1)).toBe('first')
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(asked()).toBe(1)
})

it('asks one more for each silence, and takes the first answer', async () => {
  const { ask, hasOthers, asked } = inTurn([() => never, () => never, () => Promise.resolve('third')])
  expect(await hedged(ask, hasOthers, 1)).toBe('third')
  expect(asked()).toBe(3)
})

it('waits for one that is silent when another one fails', async () => {
  let answer = (_text: string) => {}
  const late = new Promise<string>((resolve) => (answer = resolve))
  const { ask, hasOthers } = inTurn([
    () => late,
    () => {
      setTimeout(() => answer('late'), 5)
      return Promise.reject(new Error('refused'))
    },
  ])
  expect(await hedged(ask, hasOthers, 1)).toBe('late')
})

it('fails at once where the only one asked fails, and with the first failure where all do', async () => {
  const alone = inTurn([() => Promise.reject(new Error('refused'))])
  await expect(hedged(alone.ask, alone.hasOthers, 60_000)).rejects.toThrow('refused')
  let refuse = (_error: Error) => {}
  const first = new Promise<string>((_resolve, reject) => (refuse = reject))
  const both = inTurn([
    () => first,
    () => {
      refuse(new Error('one'))
      return first.catch(() => Promise.reject(new Error('other')))
    },
  ])
  await expect(hedged(both.ask, both.hasOthers, 1)).rejects.toThrow('one')
})
