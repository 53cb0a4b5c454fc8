/** Every error code in an answer, however deep; for the answers of administration, which are small. */
export function errorCodesIn(response: unknown): number[] {
  const codes: number[] = []
  collect(response, codes)
  return codes
}

function collect(value: unknown, codes: number[]): void {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return
  if (Array.isArray(value)) {
    for (const item of value) collect(item, codes)
    return
  }
  for (const [name, item] of Object.entries(value)) {
    if (name === 'errorCode' && typeof item === 'number' && item !== 0) codes.push(item)
    else collect(item, codes)
  }
}
