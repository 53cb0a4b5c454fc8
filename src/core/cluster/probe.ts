import { connect } from 'node:tls'
import { type Address } from './addresses.ts'

/** Longer than any listener near enough to be spoken to needs for a handshake. */
const PROBE_MS = 1500

/**
 * Whether a TLS handshake would be answered there. Some listeners hang up on plain text without an alert that would tell,
 * so this is asked once, after such a failure; nothing is sent and the certificate does not matter.
 */
export function speaksTls({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false })
    const timer = setTimeout(() => end(false), PROBE_MS)
    socket.once('secureConnect', () => end(true))
    socket.on('error', () => end(false))
    socket.once('close', () => end(false))

    function end(isTls: boolean): void {
      clearTimeout(timer)
      resolve(isTls)
      socket.destroy()
    }
  })
}
