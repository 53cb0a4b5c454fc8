// An interceptor for the consumer: prints only records whose value has the word "error", in capitals, and says
// on stderr what the group has committed.
//
//   kt console-consumer app-log --group watch --from-beginning --interceptor ./examples/consumer-interceptor.mjs

/** @param {{ value: Buffer | null }} record */
export function onConsume(record) {
  const text = record.value?.toString() ?? ''
  return text.includes('error') ? { ...record, value: text.toUpperCase() } : null
}

/** @param {readonly { topic: string, partition: number, offset: number }[]} offsets */
export function onCommit(offsets) {
  for (const { topic, partition, offset } of offsets)
    process.stderr.write(`committed ${topic}-${partition}: ${offset}\n`)
}
