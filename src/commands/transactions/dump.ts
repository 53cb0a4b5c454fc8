import { defineCommand } from '../../cli/command.ts'
import { text, texts } from '../../cli/options.ts'
import { checkDumpOptions, dump, dumpOptions, partitionsOf } from '../../cli/records/internal/dump.ts'
import { ownedBy } from '../../cli/records/internal/key-filter.ts'
import { transactionsTopic } from '../../cli/records/internal/topics.ts'
import { coordinatorPartition } from '../../core/records/internal/coordinator-partition.ts'

const options = {
  'transactional-id': texts('only this one, from the one partition that holds it; may be repeated', {
    placeholder: 'ID',
  }),
  formatter: text('the text of Kafka’s formatter', {
    choices: ['TransactionLogMessageFormatter'],
    placeholder: 'CLASS',
  }),
  ...dumpOptions,
}

export default defineCommand({
  description:
    'Everything that transaction coordinators keep in __transaction_state: which producer an id belongs to, the state of its transaction, and the partitions in it.',
  operands: [{ name: 'transactional-id', summary: 'only these', isVariadic: true }],
  options,
  examples: [
    { line: 'kt transactions dump --latest', does: 'where every transactional id stands' },
    { line: 'kt transactions dump orders-1', does: 'all that is kept about one' },
    { line: 'kt transactions dump --follow --output json', does: 'changes as they are made' },
  ],
  async run(values, context) {
    checkDumpOptions(values)
    const { transactionalId: ids, latest, follow, formatter } = values
    const cluster = await context.cluster()
    const partitions = await partitionsOf(cluster, transactionsTopic)
    const holding = new Set(ids.map((id) => coordinatorPartition(id, partitions)))
    await dump(context, cluster, {
      topic: transactionsTopic,
      latest,
      follow,
      formatter,
      partitions: ids.length === 0 ? undefined : [...holding],
      filters: [ownedBy('transactional id', ids)],
    })
  },
})
