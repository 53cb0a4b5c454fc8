/** Kafka's way to write columns: `%-15s %s`. */

/** Each cell as wide as its column; a width of 0 pads nothing. */
export function padded(cells: readonly unknown[], widths: readonly number[]): string {
  return cells.map((cell, index) => String(cell ?? '-').padEnd(widths[index] ?? 0)).join(' ')
}

/** The width of a column: its longest value, or `least`. */
export function widthOf<T>(items: readonly T[], textOf: (item: T) => string, least: number): number {
  return items.reduce((width, item) => Math.max(width, textOf(item).length), least)
}
