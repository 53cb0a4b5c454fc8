import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  decodeMessage,
  decodeRequest,
  decodeResponse,
  encodeMessage,
  encodeRequest,
  encodeResponse,
  type Input,
  type Message,
} from '../../../src/core/protocol/codec.ts'
import { apis } from '../../../src/core/protocol/generated/all.ts'
import { Metadata } from '../../../src/core/protocol/generated/apis/Metadata.ts'
import { allMessages } from './support/messages.ts'
import { valueFromJson } from './support/values.ts'

interface GoldenCase {
  message: string
  version: number
  kind: 'defaults' | 'filled' | 'nulls'
  json: Record<string, unknown>
  hex: string
}

const folder = new URL('../../fixtures/bytes/', import.meta.url)

function readCases(name: string): GoldenCase[] {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as GoldenCase[]
}

for (const [origin, messages] of Object.entries(allMessages)) {
  const cases = readCases(origin)

  describe(`${origin}: bytes that Kafka's Java classes made`, () => {
    it.each(messages.map((message) => [message.name, message] as const))('%s', (name, message) => {
      const own = cases.filter((golden) => golden.message === name)
      expect(new Set(own.map(({ version }) => version)).size).toBe(
        message.maxVersion - message.minVersion + 1,
      )
      for (const golden of own) compare(message as Message<Record<string, unknown>>, golden)
    })
  })
}

function compare(message: Message<Record<string, unknown>>, { version, kind, json, hex }: GoldenCase): void {
  const label = `${message.name} version ${version} ${kind}`
  const value = valueFromJson(message, version, json)
  expect(decodeMessage(message, version, Buffer.from(hex, 'hex')), label).toEqual(value)
  expect(encodeMessage(message, version, value).toString('hex'), label).toBe(hex)
  if (kind === 'defaults') expect(encodeMessage(message, version, {}).toString('hex'), label).toBe(hex)
}

describe('frames', () => {
  const headers = readCases('headers')
  const header = (name: string, version: number, kind = 'filled') => {
    const found = headers.find(
      (golden) => golden.message === name && golden.version === version && golden.kind === kind,
    )
    return Buffer.from(found?.hex ?? '', 'hex')
  }
  const framed = (head: Buffer, body: Buffer) => {
    const size = Buffer.alloc(4)
    size.writeInt32BE(head.length + body.length)
    return Buffer.concat([size, head, body])
  }

  it.each([
    ['version 1 before flexible versions', 8, 1, 'kt-client', 'filled'],
    ['version 2 from the first flexible version on', 9, 2, 'kt-client', 'filled'],
    ['a null client id', 9, 2, null, 'nulls'],
  ])('a request has the header of Java: %s', (_, version, headerVersion, clientId, kind) => {
    const request: Input<object> = { topics: [{ name: 'orders' }] }
    const bytes = Buffer.concat(encodeRequest(Metadata, version, request, { correlationId: 77, clientId }))
    const body = encodeMessage(Metadata.request, version, request)
    expect(bytes).toEqual(framed(header('RequestHeader', headerVersion, kind), body))
    expect(decodeRequest(Metadata, bytes.subarray(4)).header).toEqual({
      apiKey: 3,
      apiVersion: version,
      correlationId: 77,
      clientId,
    })
  })

  it.each([
    [8, 0],
    [9, 1],
  ])('an answer of Metadata version %i has response header %i', (version, headerVersion) => {
    const bytes = Buffer.concat(encodeResponse(Metadata, version, { controllerId: 4 }, 77))
    const body = encodeMessage(Metadata.response, version, { controllerId: 4 })
    expect(bytes).toEqual(framed(header('ResponseHeader', headerVersion), body))
    expect(decodeResponse(Metadata, version, bytes.subarray(4)).controllerId).toBe(4)
  })

  it('every request of every API can be told apart by its header', () => {
    const keys = apis.map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
  })
})
