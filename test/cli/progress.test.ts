import { afterEach, expect, it, vi } from 'vitest'
import { startProgress } from '../../src/cli/progress.ts'

const columns = Object.getOwnPropertyDescriptor(process.stderr, 'columns')
afterEach(() => {
  vi.restoreAllMocks()
  if (columns) Object.defineProperty(process.stderr, 'columns', columns)
  else Reflect.deleteProperty(process.stderr, 'columns')
})

it('draws no spinner on a terminal that says it has no columns, where erasing it would never end', async () => {
  Object.defineProperty(process.stderr, 'columns', { value: 0, configurable: true })
  const written: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  const progress = await startProgress('starting', true)
  progress.say('still starting')
  progress.done('started')
  progress.stop()
  expect(written).toEqual(['started\n'])
})
