/**
 * One question to one broker, spelled out in bytes: the sandbox stands below the client core, which is
 * tested with its clusters.
 */
import { connect } from 'node:net'

// 0 size i32 | 4 apiKey i16 = 3 Metadata | 6 version i16 = 1 | 8 correlationId i32 | 12 clientId nullable | 14 topics [] i32
const METADATA_REQUEST = Buffer.from('0000000e' + '0003' + '0001' + '00000001' + 'ffff' + '00000000', 'hex')
const MAX_FRAME_BYTES = 1 << 20

/**
 * The ids of the brokers that the node on `port` knows as registered and unfenced (Metadata v1); none
 * while it does not answer sensibly or knows no controller.
 */
export async function liveBrokers(port: number, timeoutMs: number): Promise<number[]> {
  const frame = await exchange(port, timeoutMs)
  return frame === undefined ? [] : readBrokerIds(frame)
}

/** The whole answer without its size, or undefined: while a node starts, every failure means "not yet". */
function exchange(port: number, timeoutMs: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let received: Buffer = Buffer.alloc(0)
    const finish = (frame?: Buffer) => {
      socket.destroy()
      resolve(frame)
    }
    socket.setTimeout(timeoutMs, finish)
    socket.on('error', () => finish())
    socket.on('close', () => finish())
    socket.on('connect', () => socket.write(METADATA_REQUEST))
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      const rawBytes = received.length < 4 ? 0 : received.readInt32BE(0)
      if (rawBytes < 0 || rawBytes > MAX_FRAME_BYTES) return finish()
      if (received.length >= 4 && received.length >= 4 + rawBytes) finish(received.subarray(4, 4 + rawBytes))
    })
  })
}

/** correlationId i32 | brokers: count i32, each nodeId i32, host string, port i32, rack nullable | controllerId i32 | … */
function readBrokerIds(frame: Buffer): number[] {
  try {
    const ids: number[] = []
    const count = frame.readInt32BE(4)
    let at = 8
    for (let i = 0; i < count; i++) {
      ids.push(frame.readInt32BE(at))
      at += 4
      at += 2 + frame.readInt16BE(at)
      at += 4
      at += 2 + Math.max(0, frame.readInt16BE(at))
    }
    return frame.readInt32BE(at) < 0 ? [] : ids
  } catch {
    // Something else than Kafka answers on this port; that it never becomes ready is told by who waits.
    return []
  }
}
