import * as all from '../../../../src/core/protocol/generated/all.ts'
import { type Message } from '../../../../src/core/protocol/schema.ts'

const { apis, ...lists } = all

/** Every generated message by where it comes from, as in test/fixtures/bytes. */
export const allMessages: Record<string, readonly Message<never>[]> = {
  apis: apis.flatMap(({ request, response }) => [request, response]),
  ...Object.fromEntries(Object.entries(lists).map(([name, list]) => [name.replace(/Messages$/, ''), list])),
}

export function versionsOf({ minVersion, maxVersion }: Message<never>): number[] {
  return Array.from({ length: maxVersion - minVersion + 1 }, (_, index) => minVersion + index)
}
