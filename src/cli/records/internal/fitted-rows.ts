/** Records of Kafka's own topics in a window: rows that fit it, in more lines where they need them. */
import { fitColumns, type NarrowColumn } from '../../output/narrow-table.ts'
import { timeOrDash } from '../times.ts'
import { cellsOf } from './table-rows.ts'
import type { DumpFormatter, InternalTopic } from './topics.ts'

/** What most rows need, so that the first ones need not wait for the rest. */
const USUAL = [
  '99',
  '99999999',
  '2026-11-21T12:40:44.071Z',
  'TransactionLog',
  '-'.repeat(16),
  '-'.repeat(120),
]

export function fittedRows(topic: InternalTopic, windowColumns: number): DumpFormatter {
  const columns: NarrowColumn[] = [
    { title: 'PARTITION', alignment: 'right', narrow: { title: 'PART' } },
    { title: 'OFFSET', alignment: 'right', narrow: {} },
    { title: 'TIME', alignment: 'left', narrow: { isOptional: true } },
    { title: 'TYPE', alignment: 'left', narrow: { wrapTo: 14 } },
    {
      title: topic.ownerTitle,
      alignment: 'left',
      narrow: { title: topic.ownerTitle.split(' ').at(-1)!, wrapTo: 8 },
    },
    { title: 'WHAT', alignment: 'left', narrow: { wrapTo: Math.min(24, Math.max(8, windowColumns - 44)) } },
  ]
  const { titles, linesOf, leftOut } = fitColumns(columns, [USUAL], windowColumns)
  let hasTitles = false
  const formatter: DumpFormatter = {
    unreadable: 0,
    write(cursor, _topic, partition, out) {
      if (!hasTitles) out.text(`${titles}\n`)
      hasTitles = true
      const { offset, timestamp } = cursor
      const place = [String(partition), String(offset), timeOrDash(timestamp)]
      out.text(`${linesOf([...place, ...cellsOf(cursor, topic, formatter)]).join('\n')}\n`)
    },
    end(out) {
      if (hasTitles && leftOut.length > 0) out.text(`no room for ${leftOut.join(', ')}\n`)
      return Promise.resolve()
    },
  }
  return formatter
}
