import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeMessage,
  decodeRequest,
  decodeResponse,
  decodeVersioned,
  encodeMessage,
  encodeRequest,
  encodeResponse,
  encodeVersioned,
  type Api,
  type Message,
} from '../../../src/core/protocol/codec.ts'
import { apis } from '../../../src/core/protocol/generated/all.ts'
import { arbitraryOf } from './support/arbitrary.ts'
import { allMessages, versionsOf } from './support/messages.ts'

type Value = Record<string, unknown>

const runs = { numRuns: 8 }

describe('any request a client encodes is what the broker decodes, and back', () => {
  it.each(apis.map((api) => [api.name, api as unknown as Api<Value, Value>] as const))('%s', (_, api) => {
    for (const version of versionsOf(api.request as Message<never>)) {
      fc.assert(
        fc.property(arbitraryOf(api.request, version), fc.integer(), (request, correlationId) => {
          const bytes = Buffer.concat(encodeRequest(api, version, request, { correlationId, clientId: 'kt' }))
          expect(bytes.readInt32BE(0)).toBe(bytes.length - 4)
          const header = { apiKey: api.key, apiVersion: version, correlationId, clientId: 'kt' }
          expect(decodeRequest(api, bytes.subarray(4))).toEqual({ header, body: request })
        }),
        runs,
      )
      fc.assert(
        fc.property(arbitraryOf(api.response, version), fc.integer(), (response, correlationId) => {
          // What ApiVersions answers with this code is version 0, whatever was asked.
          if (api.name === 'ApiVersions' && response['errorCode'] === 35) return
          const bytes = Buffer.concat(encodeResponse(api, version, response, correlationId))
          expect(bytes.readInt32BE(0)).toBe(bytes.length - 4)
          expect(bytes.readInt32BE(4)).toBe(correlationId)
          expect(decodeResponse(api, version, bytes.subarray(4))).toEqual(response)
        }),
        runs,
      )
    }
  })
})

const { apis: _, ...dataMessages } = allMessages

describe.each(Object.entries(dataMessages))('%s: what is encoded is what is decoded', (_, messages) => {
  it.each(messages.map((message) => [message.name, message as Message<Value>] as const))(
    '%s',
    (_, message) => {
      for (const version of versionsOf(message as Message<never>)) {
        fc.assert(
          fc.property(arbitraryOf(message, version), (value) => {
            expect(decodeMessage(message, version, encodeMessage(message, version, value))).toEqual(value)
            const versioned = encodeVersioned(message, version, value)
            expect(decodeVersioned(message, versioned)).toEqual({ version, value })
          }),
          runs,
        )
      }
    },
  )
})
