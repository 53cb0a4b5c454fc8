/** A JSON file of the person's. */
import { UsageError } from '../core/errors.ts'
import { readNamedText } from './named-file.ts'
import { parseJson } from '../core/search/exact-json.ts'

/** Numbers are numbers. Throws UsageError that names the file, the line and what is wrong. */
export function readJsonFile(path: string): unknown {
  const text = readNamedText(path)
  try {
    return parseJson(text, Number)
  } catch (error) {
    const [, what = (error as Error).message, position = '0'] =
      /^(.*?) at position (\d+)/.exec((error as Error).message) ?? []
    const line = text.slice(0, Number(position)).split('\n').length
    throw new UsageError(`${path}, line ${line}: this is no JSON: ${what}`, { cause: error })
  }
}
