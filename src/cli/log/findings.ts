/** What is wrong with the files, told on stderr as it is found, and counted for the exit code. */
import { KtError } from '../../core/errors.ts'

export class Findings {
  count = 0
  readonly #note: (text: string) => void

  constructor(note: (text: string) => void) {
    this.#note = note
  }

  /** Something that should not be. */
  tell(path: string, what: string): void {
    this.count++
    this.#note(`${path}: ${what}`)
  }

  /**
   * Kafka's lists of what does not fit together: a heading, then a line each. `unwritten` of them are the zeros that an
   * index begins with before its first entry: told as Kafka tells them, but nothing is wrong.
   */
  list(heading: string, lines: readonly string[], unwritten = 0): void {
    if (lines.length === 0) return
    this.count += Math.max(lines.length - unwritten, 0)
    this.#note([heading, ...lines].join('\n'))
  }

  /** Told, but no damage. */
  remark(heading: string, lines: readonly string[]): void {
    if (lines.length > 0) this.#note([heading, ...lines].join('\n'))
  }

  /** Throws KtError (exit code 1) when anything was found. */
  end(): void {
    if (this.count === 0) return
    throw new KtError(
      this.count === 1 ? 'one thing is wrong, told above' : `${this.count} things are wrong, told above`,
    )
  }
}
