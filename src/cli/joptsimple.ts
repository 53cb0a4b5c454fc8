/**
 * Words as joptsimple reads them, the parser of Kafka's scripts, with abbreviations switched off: `--name value`,
 * `--name=value`, the same with one dash, and whatever is no option has no meaning.
 */
import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest.ts'

export type Arity = 'none' | 'optional' | 'required'

export interface Word {
  name: string
  /** Absent where the option takes none, or an optional one was left out. */
  value?: string
}

export interface Read {
  options: Word[]
  /** What was no option: Kafka's scripts do not look at it. */
  ignored: string[]
}

/** Throws UsageError with joptsimple's sentences. */
export function readWords(words: readonly string[], arities: ReadonlyMap<string, Arity>): Read {
  const read: Read = { options: [], ignored: [] }
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (word === '--') {
      read.ignored.push(...words.slice(at + 1))
      break
    }
    if (!looksLikeOption(word)) {
      read.ignored.push(word)
      continue
    }
    const [, name = '', inline] = /^--?([^=]*)(?:=([^]*))?$/.exec(word) ?? []
    const arity = arities.get(name)
    if (arity === undefined) throw unknown(name, arities)
    if (arity === 'none') {
      read.options.push({ name })
    } else if (inline !== undefined && inline !== '') {
      read.options.push({ name, value: inline })
    } else if (arity === 'required') {
      if (at + 1 >= words.length) throw new UsageError(`Option ${name} requires an argument`)
      read.options.push({ name, value: words[++at]! })
    } else if (at + 1 < words.length && !looksLikeOption(words[at + 1]!)) {
      read.options.push({ name, value: words[++at]! })
    } else {
      read.options.push({ name })
    }
  }
  return read
}

function looksLikeOption(word: string): boolean {
  return word.length > 1 && word.startsWith('-')
}

function unknown(name: string, arities: ReadonlyMap<string, Arity>): UsageError {
  return new UsageError(`${name} is not a recognized option`, {
    hint: didYouMean(name, [...arities.keys()]) ?? 'see --help',
  })
}
