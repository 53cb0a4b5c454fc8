// An order in, its total out.

/** @param {{ value: Buffer | null }} record */
export default function total(record) {
  const { id, pieces, price } = JSON.parse(String(record.value))
  record.value = JSON.stringify({ id, total: pieces * price })
}
