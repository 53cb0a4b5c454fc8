/** JSON for programs: stable keys, one line per document unless it is for a person's eyes. */

/** A bigint becomes a number while it is exact, and a string of digits where a number would round it. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) => {
    if (typeof field !== 'bigint') return field
    const number = Number(field)
    return Number.isSafeInteger(number) ? number : field.toString()
  })
}
