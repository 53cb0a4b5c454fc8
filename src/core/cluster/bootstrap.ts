/** The bootstrap addresses → the first channel that answers. */
import { ConnectionError, KtError } from '../errors.ts'
import { type Address, formatAddress } from './addresses.ts'
import { type Channel } from './channel.ts'
import { ClosedAtOnceError, speaksTlsFailure } from './failure.ts'
import { openChannel, type OpenOptions } from './open-channel.ts'
import { interruption } from './interruption.ts'

/** How long an address may be silent before the next one is tried beside it, ms. */
const STAGGER_MS = 250

/**
 * Tries the addresses one after the other, the next as soon as one fails or has been silent for a moment; the first that answers wins
 * and the others are dropped. One bad address beside a good one is no error. Throws when all have failed, naming each and why.
 */
export function bootstrap(addresses: readonly Address[], options: OpenOptions): Promise<Channel> {
  const others = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, others.signal]) : others.signal
  return new Promise((resolve, reject) => {
    const failures: KtError[] = []
    let next = 0
    let timer: NodeJS.Timeout | undefined
    let isDone = false
    tryNext()

    function tryNext(): void {
      clearTimeout(timer)
      const address = addresses[next++]
      if (address === undefined || isDone) return
      if (next < addresses.length) timer = setTimeout(tryNext, STAGGER_MS)
      openChannel(address, -1, { ...options, signal })
        .catch((error: unknown) => explain(error, address))
        .then(win, lose)
    }

    function win(channel: Channel): void {
      if (isDone) return channel.destroy(new ConnectionError(`${channel.broker} was not needed`))
      finish()
      resolve(channel)
    }

    function lose(error: unknown): void {
      if (isDone) return
      if (options.signal?.aborted) return giveUp(interruption(options.signal))
      if (!(error instanceof KtError)) return giveUp(error)
      failures.push(error)
      if (failures.length === addresses.length) return giveUp(summary(addresses, failures))
      tryNext()
    }

    function giveUp(error: unknown): void {
      finish()
      reject(error as Error)
    }

    function finish(): void {
      isDone = true
      clearTimeout(timer)
      others.abort(new ConnectionError('another bootstrap server answered first'))
    }
  })
}

/** A listener that hung up without a word is asked once more, in TLS, so that the error can say what it wants. */
async function explain(error: unknown, address: Address): Promise<never> {
  if (!(error instanceof ClosedAtOnceError)) throw error
  const { speaksTls } = await import('./probe.ts')
  throw (await speaksTls(address)) ? speaksTlsFailure(formatAddress(address)) : error
}

function summary(addresses: readonly Address[], failures: readonly KtError[]): KtError {
  const [first] = failures
  if (first !== undefined && failures.length === 1) return first
  const reasons = failures.map(({ message }) => message.replace(/^cannot reach /, ''))
  const names = addresses.map(formatAddress).join(', ')
  return new ConnectionError(`cannot reach any of ${names}: ${reasons.join('; ')}`, {
    hint: first?.hint,
    cause: first,
  })
}
