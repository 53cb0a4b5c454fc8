/** Error → one line on stderr, a line with what to try, and an exit code. */
import { ApiError, KtError } from '../core/errors.ts'
import { OutputClosedError } from './output/sink.ts'
import { toJson } from './output/json.ts'

export interface ReportOptions {
  /** Words of the command, e.g. `topics create`. */
  command: string
  /** The Kafka script whose name was used, e.g. `kafka-topics.sh`. */
  script?: string | undefined
  isJson: boolean
  isVerbose: boolean
  isColored: boolean
}

/** Writes what a person (or, in the JSON style, a program) needs to know; resolves to the exit code. */
export async function report(
  error: unknown,
  options: ReportOptions,
  write: (text: string) => void,
): Promise<number> {
  if (error instanceof OutputClosedError) return 0
  const known = error instanceof KtError ? error : unexpected(error)
  if (known.message !== '') write(options.isJson ? asJson(known, options) : await asText(known, options))
  if (options.isVerbose) write(`${traceOf(known)}\n`)
  return known.exitCode
}

async function asText({ message, excerpt, hint }: KtError, options: ReportOptions): Promise<string> {
  const { command, script, isColored } = options
  const where = script ?? (command === '' ? 'kt' : `kt ${command}`)
  const shownHint = script !== undefined && isUsageLine(hint) ? `see ${script} --help` : hint
  const marked = excerpt === undefined ? [] : excerpt.split('\n').map((line) => `  ${line}`)
  const lines = [
    `${where}: ${oneLine(message)}`,
    ...marked,
    ...(shownHint === undefined ? [] : [`  ${oneLine(shownHint)}`]),
  ]
  if (!isColored) return `${lines.join('\n')}\n`
  const { colorsFor } = await import('./colors.ts')
  const colors = colorsFor(true)
  return `${lines.map((line, index) => (index === 0 ? colors.red(line) : colors.dim(line))).join('\n')}\n`
}

function asJson(error: KtError, { command }: ReportOptions): string {
  const { message, hint, exitCode } = error
  const api = error instanceof ApiError ? { code: error.code, name: error.codeName } : {}
  return `${toJson({ error: { command, message, hint, ...api, exitCode } })}\n`
}

function unexpected(error: unknown): KtError {
  const message = error instanceof Error ? error.message : String(error)
  return new KtError(`unexpected: ${message}`, { cause: error, hint: 'add --verbose for the trace' })
}

function traceOf(error: KtError): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${error.cause.stack ?? error.cause.message}` : ''
  return `${error.stack ?? error.message}${cause}`
}

/** `kt topics create TOPIC`: not how the words of a script go. */
function isUsageLine(hint: string | undefined): boolean {
  return hint !== undefined && /^kt [a-z -]+ [A-Z]/.test(hint)
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ')
}
