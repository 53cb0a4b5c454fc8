// Lets through what a payment's processor could not take, and says in headers why and where it came from.

/** @param {{ topic: string, partition: number, offset: number, value: Buffer | null, headers: object[] }} record */
export default function aside(record) {
  const reason = whatIsWrong(String(record.value))
  if (reason === undefined) return null
  const { topic, partition, offset } = record
  record.headers.push(
    { key: 'reason', value: reason },
    { key: 'from', value: `${topic}-${partition}@${offset}` },
  )
  return record
}

function whatIsWrong(text) {
  try {
    const { amount } = JSON.parse(text)
    return typeof amount === 'number' ? undefined : 'the amount is no number'
  } catch {
    return 'no JSON'
  }
}
