import { closest, distance } from 'fastest-levenshtein'

/** The name that looks most like `name`, if any looks like it at all. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined
  const near = closest(name, names)
  const edits = distance(name, near)
  return edits <= Math.max(3, Math.floor(name.length / 3)) && edits < name.length ? near : undefined
}

/** A hint for an error, or none. */
export function didYouMean(name: string, names: readonly string[]): string | undefined {
  const near = nearest(name, names)
  return near === undefined ? undefined : `did you mean "${near}"?`
}
