/** argv → command → exit code. The only file that ends the process. */
import { InterruptedError } from './core/errors.ts'
import { type Invocation, parse } from './cli/program.ts'
import { isColored } from './cli/colors-wanted.ts'
import type { Out, OutputStyle } from './cli/output/index.ts'
import { OutputClosedError, Sink } from './cli/output/sink.ts'
import { report } from './cli/report.ts'
import { createRunContext } from './cli/run-context.ts'
import { tell } from './cli/tell.ts'
import { terminal } from './cli/terminal.ts'
import { scriptNameIn, type Translated, translateScript } from './cli/scripts.ts'
import { CommandLineError } from './cli/usage-errors.ts'

const version = typeof KT_VERSION === 'undefined' ? '0.0.0-source' : KT_VERSION
const env = process.env

void main(process.argv.slice(2)).then((exitCode) => process.exit(exitCode))

async function main(words: string[]): Promise<number> {
  let invocation: Invocation | undefined
  let script: Translated | undefined
  try {
    script = await translateScript(words)
    for (const note of script?.notes ?? []) tell(`${note}\n`)
    const parsed =
      script?.text === undefined ? await parse(script?.argv ?? words, version) : { text: script.text }
    new Sink(1, 'stdout').writeNow(parsed.text)
    invocation = parsed.invocation
    if (invocation === undefined) return 0
    return await run(invocation, script !== undefined)
  } catch (error) {
    return await explain(error, invocation, words)
  }
}

async function run({ command, values, clientProperties }: Invocation, isScript: boolean): Promise<number> {
  const style = styleOf(values, isScript)
  // Where it is an option of the command's own, it is about the results.
  const isVerbose = values.verbose === true && !('verbose' in command.options)
  const interrupted = interruptible()
  const context = createRunContext({
    values,
    clientProperties,
    env,
    signal: interrupted,
    style,
    isVerbose,
    isScript,
  })
  try {
    await command.run(values, context)
    context.out.flush()
  } catch (error) {
    tellWhatWasDone(context.out)
    throw error
  } finally {
    await context.end()
  }
  return 0
}

/** Results from before a failure are printed too; that nobody reads them matters less than the failure. */
function tellWhatWasDone(out: Out): void {
  try {
    out.flush()
  } catch (error) {
    if (!(error instanceof OutputClosedError)) throw error
  }
}

function styleOf(values: Record<string, unknown>, isScript: boolean): OutputStyle {
  return (values.output as OutputStyle | undefined) ?? (isScript ? 'java' : 'table')
}

/** The first SIGINT or SIGTERM asks the command to finish; the second ends the process where it stands. */
function interruptible(): AbortSignal {
  const controller = new AbortController()
  for (const [name, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCode)
      controller.abort(new InterruptedError('interrupted', exitCode))
    })
  }
  return controller.signal
}

async function explain(error: unknown, invocation: Invocation | undefined, words: string[]): Promise<number> {
  const path = error instanceof CommandLineError ? error.path : (invocation?.leaf.path ?? [])
  const isVerbose = invocation?.values.verbose === true || words.includes('--verbose')
  const isJson = invocation === undefined ? asksForJson(words) : invocation.values.output === 'json'
  const script = scriptNameIn(words)
  const tone = { isJson, isVerbose, isColored: isColored(terminal.stderr, env) }
  return report(error, { command: path.join(' '), script, ...tone }, tell)
}

/** Of words that could not be read as a whole. */
function asksForJson(words: readonly string[]): boolean {
  return words.some(
    (word, at) => word === '--output=json' || (word === '--output' && words[at + 1] === 'json'),
  )
}
