/**
 * Regular expressions over bytes, in time that grows with the text alone: RE2's syntax and automata. The runtimes' own
 * engine needs minutes for `(a+)+$` on 30 letters, and who searches a topic does not choose what stands in it. The
 * only importer of re2js.
 */
import { RE2JS, RE2JSSyntaxException } from 're2js'
import { UsageError } from '../errors.ts'
import { literalsOf } from './literals.ts'
import { Needle } from './needle.ts'

export interface Pattern {
  /** Whether it matches anywhere in bytes[start, end). */
  matches(bytes: Uint8Array, start: number, end: number): boolean
  /** False: nothing within `bytes` can match. */
  mayMatch(bytes: Uint8Array): boolean
}

/** Throws UsageError, with a caret, for what is no expression or would need to try and try again (`\1`, `(?=`). */
export function compilePattern(raw: string, option: string): Pattern {
  const compiled = compile(raw, option)
  const { required, isWhole } = literalsOf(raw)
  if (required === '') {
    return { mayMatch: () => true, matches: (bytes, start, end) => compiled.test(slice(bytes, start, end)) }
  }
  const needle = new Needle(required)
  const mayMatch = (bytes: Uint8Array) => needle.isIn(bytes)
  if (isWhole) return { mayMatch, matches: (bytes, start, end) => needle.isWithin(bytes, start, end) }
  return {
    mayMatch,
    matches: (bytes, start, end) =>
      needle.isWithin(bytes, start, end) && compiled.test(slice(bytes, start, end)),
  }
}

/** What is wrong with an expression, in RE2's words; undefined: nothing. */
export function re2Error(source: string): string | undefined {
  try {
    RE2JS.compile(source)
    return undefined
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error
    return error.getDescription()
  }
}

function slice(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return bytes.subarray(start, end)
}

function compile(raw: string, option: string): RE2JS {
  try {
    return RE2JS.compile(raw)
  } catch (error) {
    const why = (error as Error).message.replace(/^error parsing regexp: /, '')
    const isBacktracking = /\\[1-9]|\(\?(?:=|!|<=|<!)/.test(raw)
    throw new UsageError(`--${option} is no regular expression: ${why}`, {
      hint: isBacktracking
        ? 'it is RE2’s syntax: without look-around and back-references, and so without texts that take for ever'
        : 'it is RE2’s syntax: https://github.com/google/re2/wiki/Syntax',
      cause: error,
    })
  }
}
