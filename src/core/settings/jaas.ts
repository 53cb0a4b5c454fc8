import { UsageError } from '../errors.ts'

export interface JaasEntry {
  /** The last word of the Java class: PlainLoginModule, ScramLoginModule, OAuthBearerLoginModule, … */
  module: string
  options: Record<string, string>
}

const TOKEN =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([\w$.\-+:/@]+)|([=;])/y
const FLAGS = new Set(['required', 'requisite', 'sufficient', 'optional'])
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

/** `sasl.jaas.config`: one entry, `module flag option=value … ;`, as org.apache.kafka.common.security.JaasConfig reads it. */
export function parseJaas(text: string): JaasEntry {
  const tokens = tokenize(text)
  const className = take()
  if (!FLAGS.has(take().toLowerCase())) throw refuse('after the login module comes "required"')
  const options: Record<string, string> = {}
  while (tokens[0] !== undefined && tokens[0].sign !== ';') {
    const name = take()
    if (tokens.shift()?.sign !== '=') throw refuse(`option "${name}" has no value`)
    options[name] = take()
  }
  if (tokens.shift()?.sign !== ';') throw refuse('it must end with ";"')
  if (tokens.length > 0) throw refuse('there is more than one entry')
  return { module: className.split('.').at(-1) ?? '', options }

  function take(): string {
    const word = tokens.shift()?.word
    if (word === undefined) throw refuse('it is not "module required option=\'value\' …;"')
    return word
  }
}

interface Token {
  word?: string
  sign?: string
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length;) {
    const match = TOKEN.exec(text)
    if (match === null) throw refuse('a value with special characters must stand in quotes')
    const [, double, single, word, sign] = match
    const quoted = double ?? single
    if (quoted !== undefined)
      tokens.push({ word: quoted.replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char) })
    else if (word !== undefined) tokens.push({ word })
    else if (sign !== undefined) tokens.push({ sign })
  }
  return tokens
}

// The text holds a password: no message repeats it.
function refuse(why: string): UsageError {
  return new UsageError(`invalid sasl.jaas.config: ${why}`, {
    hint: "for example org.apache.kafka.common.security.plain.PlainLoginModule required username='u' password='p';",
  })
}
