/** A spinner on stderr while something takes long. The only importer of ora, loaded when one is shown. */

export interface Progress {
  /** Replaces the text beside the spinner. */
  say(text: string): void
  /** Removes the spinner and leaves a line with what was reached. */
  done(text: string): void
  /** Removes the spinner without a trace. */
  stop(): void
}

/** On a terminal a spinner; elsewhere only the closing line. */
export async function startProgress(text: string, isTerminal: boolean): Promise<Progress> {
  // A terminal that says it has 0 columns, as a pty without a size does, makes ora erase lines without end.
  if (!isTerminal || !process.stderr.columns) return quietProgress()
  const { default: ora } = await import('ora')
  const spinner = ora({ text, stream: process.stderr, discardStdin: false }).start()
  return {
    say: (next) => void (spinner.text = next),
    done: (last) => void spinner.succeed(last),
    stop: () => void spinner.stop(),
  }
}

function quietProgress(): Progress {
  return {
    say: () => {},
    done: (last) => void process.stderr.write(`${last}\n`),
    stop: () => {},
  }
}
