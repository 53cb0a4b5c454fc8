// An interceptor that changes records: puts the time of sending before each value.
//
//   kt console-producer events --interceptor ./examples/timestamp-interceptor.mjs

/** @param {{ value: Buffer | null, timestamp: number }} record */
export function onSend(record) {
  return { ...record, value: `${record.timestamp},${record.value ?? ''}` }
}
