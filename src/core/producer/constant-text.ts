/** Bytes that stand in many lines, to be compared four at a time. */
export class ConstantText {
  readonly length: number
  readonly #words: Int32Array
  /** What is left behind the last word. */
  readonly #rest: Uint8Array

  constructor(text: Uint8Array) {
    this.length = text.length
    const view = new DataView(text.buffer, text.byteOffset, text.length)
    this.#words = Int32Array.from({ length: text.length >> 2 }, (_, index) => view.getInt32(index * 4, true))
    this.#rest = text.slice(text.length & ~3)
  }

  /** Where it ends when it stands at `start` and before `end`; else -1. `view` shows the same bytes. */
  pass(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    if (start + this.length > end) return -1
    const words = this.#words
    const rest = this.#rest
    let at = start
    for (let index = 0; index < words.length; index++, at += 4)
      if (view.getInt32(at, true) !== words[index]) return -1
    for (let index = 0; index < rest.length; index++) if (bytes[at++] !== rest[index]) return -1
    return at
  }
}
