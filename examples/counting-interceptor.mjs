// An interceptor that listens: counts what was acknowledged and what failed, and says so at the end.
// Several interceptors run in the order in which they are named.
//
//   kt console-producer events --interceptor ./examples/timestamp-interceptor.mjs \
//                              --interceptor ./examples/counting-interceptor.mjs

let acknowledged = 0
let failed = 0

/** @param {{ error: Error | null }} acknowledgement */
export function onAck({ error }) {
  if (error === null) acknowledged++
  else failed++
}

export function close() {
  process.stderr.write(`successful sent: ${acknowledged}\nfailed sent: ${failed}\n`)
}
