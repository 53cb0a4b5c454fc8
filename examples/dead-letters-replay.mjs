// Mends what can be mended, and marks it; what cannot stays where it is.

/** @param {{ value: Buffer | null, headers: { key: Buffer, value: Buffer | null }[] }} record */
export default function replay(record) {
  const reason = record.headers.find(({ key }) => String(key) === 'reason')
  if (String(reason?.value) !== 'the amount is no number') return null
  const payment = JSON.parse(String(record.value))
  record.value = JSON.stringify({ ...payment, amount: Number(payment.amount) })
  record.headers = [{ key: 'replayed', value: '1' }]
  return record
}
