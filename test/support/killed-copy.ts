/** `kt copy --exactly-once` that is ended by kill -9 again and again, then run to its end. */
import { setTimeout as sleep } from 'node:timers/promises'
import { kt, spawnKt } from './cli.ts'
import { eventually } from './eventually.ts'
import { lengthOf } from './other-client.ts'

export interface KilledCopy {
  bootstrap: string
  from: string
  to: string
  kills: number
  /** Milliseconds from what a run has written first to its end. */
  delayMs: () => number
}

export interface KilledCopyOutcome {
  /** Runs that were still at work when they were killed. */
  kills: number
  last: { code: number | null; stdout: string; stderr: string }
}

/** Small answers and short transactions, so that a kill meets one in any state. */
const SLOWLY = [
  ...['--from-command-property', 'max.partition.fetch.bytes=1000'],
  ...['--from-command-property', 'fetch.max.bytes=3000'],
  ...['--from-command-property', 'auto.commit.interval.ms=30'],
]

export async function copyWithKills({
  bootstrap,
  from,
  to,
  kills,
  delayMs,
}: KilledCopy): Promise<KilledCopyOutcome> {
  const args = ['copy', from, to, '--exactly-once', '--bootstrap-server', bootstrap, ...SLOWLY]
  let killed = 0
  for (let isAtWork = true; isAtWork && killed < kills;) {
    const before = await lengthNow(bootstrap, to)
    const child = spawnKt(args)
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.once('close', (_, signal) => resolve(signal)),
    )
    child.stdin.end()
    child.stdout.resume()
    child.stderr.resume()
    await Promise.race([untilMore(bootstrap, to, before), ended])
    await Promise.race([sleep(delayMs()), ended])
    child.kill('SIGKILL')
    isAtWork = (await ended) === 'SIGKILL'
    if (isAtWork) killed++
  }
  const last = await kt(args)
  return { kills: killed, last }
}

async function untilMore(bootstrap: string, topic: string, before: number): Promise<void> {
  const deadlineMs = Date.now() + 20_000
  while ((await lengthNow(bootstrap, topic)) === before && Date.now() < deadlineMs) await sleep(5)
}

/** A new topic's leader may not know yet that it is. */
function lengthNow(bootstrap: string, topic: string): Promise<number> {
  return eventually(() => lengthOf(bootstrap, topic))
}
