import { KtError } from '../errors.ts'

/** A record that no request could carry. */
export class RecordTooLargeError extends KtError {}

/** `what` is a record, or what the input calls it, of so many bytes. */
export function tooLarge(what: string, bytes: number, maxRequestBytes: number): RecordTooLargeError {
  return new RecordTooLargeError(
    `a ${what} of ${bytes} bytes is larger than max.request.size (${maxRequestBytes})`,
    {
      hint: 'raise it with --command-property max.request.size=BYTES, and max.message.bytes of the topic to match',
    },
  )
}
