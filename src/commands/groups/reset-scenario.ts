/** What the options of `kt groups reset-offsets` mean. */
import {
  parseDateTime,
  parseDuration,
  type PlannedOffset,
  type Scenario,
} from '../../core/admin/reset-offsets.ts'
import { UsageError } from '../../core/errors.ts'
import { readNamedText } from '../../cli/named-file.ts'
import { readRows } from '../../core/producer/csv.ts'

export interface ScenarioOptions {
  toEarliest: boolean
  toLatest: boolean
  toCurrent: boolean
  toOffset: number | undefined
  shiftBy: number | undefined
  byDuration: string | undefined
  toDatetime: string | undefined
  fromFile: string | undefined
}

const NAMES: Readonly<Record<keyof ScenarioOptions, string>> = {
  shiftBy: 'shift-by',
  fromFile: 'from-file',
  toDatetime: 'to-datetime',
  byDuration: 'by-duration',
  toLatest: 'to-latest',
  toCurrent: 'to-current',
  toEarliest: 'to-earliest',
  toOffset: 'to-offset',
}

/** The one that was chosen; undefined: none. Throws UsageError, in Kafka's words, for several. */
export function scenarioOf(options: ScenarioOptions, groups: readonly string[]): Scenario | undefined {
  const given = (Object.keys(NAMES) as (keyof ScenarioOptions)[]).filter(
    (key) => options[key] !== undefined && options[key] !== false,
  )
  const [first, second] = given
  if (first === undefined) return undefined
  if (second !== undefined)
    throw new UsageError(`Option "[${NAMES[first]}]" can't be used with option "[${NAMES[second]}]"`)
  const { toOffset, shiftBy, byDuration, toDatetime, fromFile } = options
  if (toOffset !== undefined) return { to: 'offset', offset: toOffset }
  if (shiftBy !== undefined) return { to: 'shift', by: shiftBy }
  if (byDuration !== undefined) return { to: 'time', timestampMs: Date.now() - parseDuration(byDuration) }
  if (toDatetime !== undefined) return { to: 'time', timestampMs: parseDateTime(toDatetime) }
  if (fromFile !== undefined) return { to: 'plan', offsets: readPlan(fromFile, groups) }
  if (options.toEarliest) return { to: 'earliest' }
  return { to: options.toLatest ? 'latest' : 'current' }
}

/** As Kafka puts it where none was chosen. */
export function noScenario(): UsageError {
  const names = Object.values(NAMES).map((name) => `[${name}]`)
  return new UsageError(
    `Option '[reset-offsets]' requires one of the following scenarios: [${names.join(', ')}]`,
    { hint: 'for example: kt groups reset-offsets GROUP --topic TOPIC --to-earliest' },
  )
}

/** `topic,partition,offset` for one group, `group,topic,partition,offset` for any. Throws UsageError with the line. */
function readPlan(path: string, groups: readonly string[]): Map<string, PlannedOffset[]> {
  const plan = new Map<string, PlannedOffset[]>()
  for (const { line, cells } of readRows(readNamedText(path), path)) {
    const wrong = (what: string) => new UsageError(`${path}, line ${line}: ${what}`)
    const [only] = groups
    if (cells.length === 3 && (only === undefined || groups.length > 1))
      throw wrong('with several groups each line is GROUP,TOPIC,PARTITION,OFFSET')
    if (cells.length !== 3 && cells.length !== 4)
      throw wrong(`TOPIC,PARTITION,OFFSET (or GROUP before them) is expected, not ${cells.length} cells`)
    const [groupId, topic, rawPartition, rawOffset] = cells.length === 4 ? cells : [only, ...cells]
    const partition = wholeNumber(rawPartition)
    const offset = wholeNumber(rawOffset)
    if (partition === undefined) throw wrong(`"${rawPartition}" is no partition`)
    if (offset === undefined) throw wrong(`"${rawOffset}" is no offset`)
    const own = plan.get(groupId!) ?? []
    own.push({ topic: topic!, partition, offset })
    plan.set(groupId!, own)
  }
  return plan
}

function wholeNumber(raw = ''): number | undefined {
  return /^\d{1,15}$/.test(raw) ? Number(raw) : undefined
}
