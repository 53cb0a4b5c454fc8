/** What a command is: options in, one call into the core, output out. */
import type { Context } from './context.ts'
import type { Option, Options } from './options.ts'

export interface Operand {
  /** Its key among the values given to `run`; an option of the same name takes the operands too. */
  name: string
  summary: string
  isRequired?: boolean
  /** Takes all remaining words. */
  isVariadic?: boolean
  /** The only words allowed; what completion offers. */
  choices?: readonly string[]
}

export interface Example {
  line: string
  does: string
}

type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name extends `${infer Head}.${infer Tail}`
    ? `${Head}${Capitalize<Camel<Tail>>}`
    : Name

/** `{ 'replication-factor': Option<number> }` → `{ replicationFactor: number }`. */
export type Values<O extends Options> = {
  [Name in keyof O & string as Camel<Name>]: O[Name] extends Option<infer T> ? T : never
}

export interface Command<O extends Options = Options> {
  options: O
  operands?: readonly Operand[]
  examples: readonly Example[]
  /** A paragraph under the usage line, where the summary is not enough. */
  description?: string
  run(values: Values<O> & Record<string, unknown>, context: Context): Promise<void>
}

/** Declares a command; the types of the values that `run` receives follow from `options`. */
export function defineCommand<O extends Options>(command: Command<O>): Command {
  return command as unknown as Command
}

/** `replication-factor` → `replicationFactor`. */
export function camelCase(name: string): string {
  return name.replace(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase())
}
