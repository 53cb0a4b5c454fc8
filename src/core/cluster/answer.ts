import { CorruptDataError } from '../errors.ts'
import { decodeResponsePayload } from '../protocol/codec.ts'
import { type Api } from '../protocol/schema.ts'

/** What the broker at host:port answered. Throws CorruptDataError that names the broker: one of several may be no Kafka. */
export function decodeAnswer<Req, Res>(
  api: Api<Req, Res>,
  version: number,
  payload: Buffer,
  broker: string,
): Res {
  try {
    return decodeResponsePayload(api, version, payload)
  } catch (error) {
    if (!(error instanceof CorruptDataError)) throw error
    throw new CorruptDataError(`${broker}: ${error.message}`, { hint: error.hint, cause: error })
  }
}
