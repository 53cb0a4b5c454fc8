import { ApiError } from '../errors.ts'
import { type Api } from '../protocol/schema.ts'
import { type VersionRange } from './connection-options.ts'

const UNSUPPORTED_VERSION = 35

/** We and the broker share no version of an API. Not retriable: another broker of the cluster may differ, the same one will not. */
export class UnsupportedVersionError extends ApiError {}

/**
 * The highest version that we and the broker know, at most `maxVersion`.
 * Throws UnsupportedVersionError, naming both ranges, where there is none.
 */
export function chooseVersion(
  api: Api<unknown, unknown>,
  broker: string,
  theirs: VersionRange | undefined,
  maxVersion = api.maxVersion,
): number {
  if (theirs === undefined) throw refuse(`${broker} does not know ${api.name}`)
  const version = Math.min(api.maxVersion, theirs.maxVersion, maxVersion)
  if (version >= api.minVersion && version >= theirs.minVersion) return version
  const cap = maxVersion < api.maxVersion ? `, at most ${maxVersion} here` : ''
  throw refuse(
    `${broker} and kt share no version of ${api.name}: ` +
      `the broker knows ${theirs.minVersion} to ${theirs.maxVersion}, kt ${api.minVersion} to ${api.maxVersion}${cap}`,
  )
}

function refuse(message: string): UnsupportedVersionError {
  return new UnsupportedVersionError(message, {
    hint: 'the broker runs another version of Kafka, or does not offer this',
    code: UNSUPPORTED_VERSION,
    codeName: 'UNSUPPORTED_VERSION',
    isRetriable: false,
  })
}
