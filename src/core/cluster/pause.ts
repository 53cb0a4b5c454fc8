/** A wait of one task that another can end. */
export class Pause {
  #end: (() => void) | undefined

  /** Until `wake`, and not longer than `ms`. */
  async wait(ms = Infinity): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#end = resolve
      if (ms !== Infinity) timer = setTimeout(resolve, ms)
    })
    clearTimeout(timer)
    this.#end = undefined
  }

  /** Ends a wait; who does not wait hears nothing. */
  wake(): void {
    this.#end?.()
  }
}
