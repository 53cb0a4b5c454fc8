/** The page of `--report`. */
import type { PerfDocument } from '../document.ts'

export function reportPage(document: PerfDocument, old: PerfDocument | undefined): string {
  return JSON.stringify([document, old])
}
