/** How long those who were asked may be silent before somebody else is asked too, ms: most answers take a few. */
const SILENCE_MS = 1000

/**
 * Asks, and after each second of silence asks once more, as long as there are others who could answer. The first answer
 * wins; a failure counts only when nobody can answer any more, and then it is the first one.
 */
export function hedged<T>(
  ask: () => Promise<T>,
  hasOthers: () => boolean,
  silenceMs = SILENCE_MS,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let waitingFor = 0
    let failure: unknown
    let timer: NodeJS.Timeout | undefined
    askOne()

    function askOne(): void {
      waitingFor++
      timer = setTimeout(() => {
        if (hasOthers()) askOne()
      }, silenceMs)
      ask().then(win, lose)
    }

    function win(answer: T): void {
      clearTimeout(timer)
      resolve(answer)
    }

    function lose(error: unknown): void {
      failure ??= error
      if (--waitingFor > 0) return
      clearTimeout(timer)
      reject(failure as Error)
    }
  })
}
