import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { liveBrokers } from '../../../src/core/sandbox/probe.ts'

let server: Server | undefined
afterEach(() => server?.close())

/** A listener that answers the first bytes it gets with `answer`. */
async function listener(answer: Buffer): Promise<number> {
  server = createServer((socket) => socket.once('data', () => socket.write(answer)))
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function metadataResponse(ids: number[], controllerId: number): Buffer {
  const int32 = (value: number) => Buffer.from([value >> 24, value >> 16, value >> 8, value])
  const host = Buffer.concat([Buffer.from([0, 4]), Buffer.from('host')])
  const brokers = ids.flatMap((id) => [int32(id), host, int32(9092), Buffer.from([0xff, 0xff])])
  const body = Buffer.concat([int32(1), int32(ids.length), ...brokers, int32(controllerId), int32(0)])
  return Buffer.concat([int32(body.length), body])
}

describe('liveBrokers', () => {
  it('reads the ids of all brokers', async () => {
    expect(await liveBrokers(await listener(metadataResponse([3, 1, 2], 2)), 1000)).toEqual([3, 1, 2])
  })

  it('knows none while there is no controller', async () => {
    expect(await liveBrokers(await listener(metadataResponse([1], -1)), 1000)).toEqual([])
  })

  it.each([
    ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a frame that ends too early', metadataResponse([1, 2], 1).fill(20, 3, 4).subarray(0, 24)],
    ['a negative size', Buffer.from('ffffffff', 'hex')],
    ['an empty frame', Buffer.from('00000000', 'hex')],
  ])('knows none when it gets %s', async (_, answer) => {
    expect(await liveBrokers(await listener(answer), 1000)).toEqual([])
  })

  it('knows none on a port that nobody listens on', async () => {
    const port = await listener(Buffer.alloc(0))
    await new Promise((resolve) => server?.close(resolve))
    expect(await liveBrokers(port, 1000)).toEqual([])
  })

  it('gives up on a silent listener', async () => {
    expect(await liveBrokers(await listener(Buffer.alloc(0)), 50)).toEqual([])
  })
})
