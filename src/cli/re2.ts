/** Regular expressions in RE2's syntax, as Kafka's brokers read them for subscriptions. The only importer of re2js. */
import { RE2JS, RE2JSSyntaxException } from 're2js'

/** What is wrong with it; undefined: nothing. */
export function re2Error(source: string): string | undefined {
  try {
    RE2JS.compile(source)
    return undefined
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error
    return error.getDescription()
  }
}
