/** A cell as Kafka's tools write it: in quotes when it is long or has anything but plain characters (Jackson's loose rule). */
export function csvCell(value: string | number): string {
  const text = String(value)
  const isPlain = typeof value === 'number' || (text.length <= 24 && !/[\0-,\\]/.test(text))
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`
}
