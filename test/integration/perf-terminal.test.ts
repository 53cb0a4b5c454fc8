/** What a person sees of a measurement while it lasts. Without tmux, or without script(1), there is no terminal. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { runtimes } from '../support/cli.ts'
import { newTopic, withBootstrap } from '../support/console.ts'
import { HANGS_AFTER_MS } from '../support/eventually.ts'
import { hasTerminal, openTerminal, type Terminal } from '../support/terminal.ts'

const opened: Terminal[] = []
afterEach(() => opened.splice(0).forEach((terminal) => terminal.close()))

const LIVE = /^(\d+\.\d) s {2}(\d+) of \d+ records {2}\d+ records\/s {2}\d+\.\d MB\/s {2}0 failed/
const load = (topic: string, records: number) => {
  const sized = ['--num-records', String(records), '--record-size', '10']
  return withBootstrap(['perf', 'producer', topic, ...sized, '--throughput', '1000'])
}

if (hasTerminal)
  describe.each(runtimes)('a measurement on a terminal, with %s', (runtime) => {
    it('has one line that moves on in its place, and leaves only the result', async () => {
      // Longer than anybody needs to look twice.
      const terminal = openTerminal(load(await newTopic('live'), 600_000), runtime)
      opened.push(terminal)
      const live = (lines: string[]) => lines.filter((line) => LIVE.test(line))
      const first = await terminal.until((lines) => live(lines).length > 0)
      const [, , before] = LIVE.exec(live(first)[0]!)!
      const later = await terminal.until(
        (lines) => Number(LIVE.exec(live(lines)[0] ?? '')?.[2]) > Number(before),
      )
      expect([live(first).length, live(later).length]).toEqual([1, 1])
      terminal.press('C-c')
      const end = await terminal.ended()
      expect(live(end)).toEqual([])
      expect(end.join('\n')).toMatch(/P99/)
      expect(end.at(-1)).toBe('exit 130')
    })
  })

const launcher = fileURLToPath(new URL('../../bin/kt', import.meta.url))
const hasScript = spawnSync('script', ['--version']).status === 0

if (hasScript)
  it.each(runtimes)(
    'a terminal that says it has no columns gets a line of eighty, and an end, with %s',
    async (runtime) => {
      const words = load(await newTopic('narrow'), 3000)
      const line = `stty cols 0; exec ${[launcher, ...words].map((word) => `'${word}'`).join(' ')}`
      const { status, stdout } = spawnSync('script', ['-qec', line, '/dev/null'], {
        env: { ...process.env, KT_RUNTIME: runtime, NO_COLOR: '1' },
        encoding: 'utf8',
        timeout: HANGS_AFTER_MS,
      })
      expect(status).toBe(0)
      const drawn = stdout.split('\r\u001b[2K').slice(1)
      expect(drawn.length).toBeLessThan(200)
      expect(drawn.some((text) => LIVE.test(text))).toBe(true)
      for (const text of drawn.slice(0, -1)) expect(text.length).toBeLessThan(80)
      expect(drawn.at(-1)).toMatch(/3000/)
    },
  )
