/** Plans of resets as a table with before and after, as JSON, as Kafka's text, and as CSV. */
import type { Context } from '../../cli/context.ts'
import { csvCell } from '../../cli/csv-cell.ts'
import { javaHashOrder, javaPartitionOrder } from '../../cli/output/java-order.ts'
import { NAME } from '../../cli/output/narrow-table.ts'
import { padded, widthOf } from './java-text.ts'
import type { Plan } from './reset-targets.ts'
import type { Tool } from './shared.ts'

export interface ShowPlan {
  isExport: boolean
  /** One group was named: its name is left out of CSV. */
  isSingle: boolean
  isExecuted: boolean
  tool: Tool | undefined
  /** How many were asked for, with those that cannot be reset. */
  groups: number
  /** Some cannot be reset: an error says so. */
  isRefused: boolean
}

export async function printPlans(context: Context, plans: readonly Plan[], show: ShowPlan): Promise<void> {
  const { out, note } = context
  for (const warning of plans.flatMap(({ warnings }) => warnings)) note(warning)
  if (out.style === 'java' || show.isExport) return printJava(context, plans, show)
  if (out.style !== 'json')
    for (const { topic, partition } of plans.flatMap(({ tooOld }) => tooOld))
      note(`${topic}-${partition} has no record that is young enough: the end is taken`)
  const groups = plans.map(({ target: { groupId }, rows }) => ({
    groupId,
    offsets: rows.map((row) => ({ ...row, currentOffset: row.currentOffset ?? null })),
  }))
  if (out.style === 'json') return out.message({ isExecuted: show.isExecuted, groups })
  const rows = plans.flatMap(({ target: { groupId }, rows: own }) => own.map((row) => ({ groupId, ...row })))
  if (rows.length === 0 && show.isRefused) return
  await out.list({
    name: 'offsets',
    rows,
    whenEmpty: 'there is nothing to reset',
    columns: [
      { title: 'GROUP', value: ({ groupId }) => groupId, narrow: NAME },
      { title: 'TOPIC', value: ({ topic }) => topic, narrow: NAME },
      { title: 'PARTITION', value: ({ partition }) => partition, align: 'right', narrow: { title: 'PART' } },
      {
        title: 'CURRENT-OFFSET',
        value: ({ currentOffset }) => currentOffset,
        align: 'right',
        narrow: { title: 'CURRENT' },
      },
      { title: 'NEW-OFFSET', value: ({ newOffset }) => newOffset, align: 'right', narrow: { title: 'NEW' } },
      { title: 'CHANGE', value: changeText, align: 'right' },
      { title: 'NEW-LAG', value: ({ logEndOffset, newOffset }) => logEndOffset - newOffset, align: 'right' },
    ],
  })
  // Before anything is done, or said about it.
  out.flush()
  if (!show.isExecuted && rows.length > 0) note('nothing was changed: add --execute to do it')
}

function changeText({ currentOffset, newOffset }: Plan['rows'][number]): string {
  if (currentOffset === undefined) return ''
  const change = newOffset - currentOffset
  return change > 0 ? `+${change}` : String(change)
}

/** org.apache.kafka.tools.OffsetsUtils.printOffsetsToReset, and the CSV of --export, in the order of Kafka's hash maps. */
function printJava({ out }: Context, plans: readonly Plan[], show: ShowPlan): void {
  const ordered = javaHashOrder(plans, ({ target }) => target.groupId).map((plan) => ({
    groupId: plan.target.groupId,
    rows: javaPartitionOrder(plan.rows),
    tooOld: javaPartitionOrder(plan.tooOld),
  }))
  for (const { tooOld } of out.style === 'java' ? ordered : [])
    for (const { topic, partition } of tooOld)
      out.line(
        `\nWarn: Partition ${partition} from topic ${topic} is empty. Falling back to latest known offset.`,
      )
  if (show.isExport) {
    for (const { groupId, rows } of ordered)
      for (const { topic, partition, newOffset } of rows) {
        const cells = [...(show.isSingle ? [] : [groupId]), topic, partition, newOffset]
        out.line(cells.map(csvCell).join(','))
      }
    // Kafka's text ends each line, and then prints one more.
    if (out.style === 'java') out.line('')
    return
  }
  const lines = ordered.flatMap(({ groupId, rows }) =>
    rows.map(({ topic, partition, newOffset }) => [groupId, topic, partition, newOffset]),
  )
  const isStreams = show.tool === 'kafka-streams-groups'
  const widths = isStreams
    ? [30, 30, 10, 15]
    : [
        widthOf(ordered, ({ groupId }) => groupId, 15),
        widthOf(
          plans.flatMap(({ rows }) => rows),
          ({ topic }) => topic,
          15,
        ),
        10,
      ]
  out.line('')
  if (show.groups > 0) out.line(padded(['GROUP', 'TOPIC', 'PARTITION', 'NEW-OFFSET'], widths))
  for (const line of lines) out.line(padded(line, widths))
}
