// An interceptor for the consumer: prints only records whose value has the word ERROR, in capitals.
//
//   kt console-consumer app-log --from-beginning --interceptor ./examples/consumer-interceptor.mjs

/** @param {{ value: Buffer | null }} record */
export function onConsume(record) {
  const text = record.value?.toString() ?? ''
  return text.includes('error') ? { ...record, value: text.toUpperCase() } : null
}
