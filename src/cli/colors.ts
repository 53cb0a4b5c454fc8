/** The only importer of chalk: loaded when something is coloured, that is on a terminal only. */
import { Chalk, type ChalkInstance } from 'chalk'

export type Colors = ChalkInstance

/** Colours for a stream: none when it is not a terminal or `NO_COLOR` is set (https://no-color.org). */
export function colorsFor(isColored: boolean): Colors {
  return new Chalk({ level: isColored ? 1 : 0 })
}
