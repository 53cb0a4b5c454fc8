import { defineCommand } from '../../cli/command.ts'
import type { Context } from '../../cli/context.ts'
import { flag } from '../../cli/options.ts'
import * as topics from '../../core/admin/topics.ts'
import { KtError } from '../../core/errors.ts'
import {
  choose,
  clusterOptions,
  namesAndPatterns,
  noTopic,
  refuseFailed,
  selectorsOf,
  topicOperand,
  topicOption,
} from './shared.ts'

const NAMES_SHOWN = 10

/** JSON: `{"topics": [{"name", "isDeleted"}]}` */
export default defineCommand({
  description:
    `On a terminal it asks before it deletes. ${namesAndPatterns} A regular expression never means internal ` +
    'topics here.',
  operands: [topicOperand],
  options: {
    topic: topicOption,
    'if-exists': flag('a topic that does not exist is no error'),
    yes: flag('do not ask', { short: 'y' }),
    ...clusterOptions,
  },
  examples: [
    { line: 'kt topics delete orders', does: 'one topic' },
    { line: "kt topics delete 'tmp-.*' --yes", does: 'all that match, without a question' },
    { line: 'kt topics delete orders payments --if-exists', does: 'several, should they be there' },
  ],
  async run({ topic, ifExists, yes }, context) {
    if (topic.length === 0) throw noTopic('delete', context)
    const selectors = selectorsOf(topic, context)
    const cluster = await context.cluster()
    const existing = (await topics.list(cluster)).map(({ name }) => name)
    const names = await choose(cluster, selectors, {
      existing,
      ifExists,
      includesInternal: context.isScript,
      right: 'DELETE',
    })
    if (names.length > 0 && !yes) await ask(names, context)
    const outcomes = names.length === 0 ? [] : await topics.remove(cluster, names)
    const rows = outcomes
      .filter(({ error }) => error === undefined)
      .map(({ name }) => ({ name, isDeleted: true }))
    const { out } = context
    // Kafka's script says nothing.
    const lines = rows.map(({ name }) => `deleted topic ${name}`)
    if (rows.length > 0 || ifExists)
      out.message({ topics: rows }, out.style === 'java' || rows.length === 0 ? undefined : lines.join('\n'))
    refuseFailed(outcomes, 'deleted')
  },
})

async function ask(names: readonly string[], { terminal, confirm, isScript }: Context): Promise<void> {
  if (isScript || !terminal.stdin || !terminal.stderr) return
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : ''
  const what = names.length === 1 ? 'topic' : `${names.length} topics:`
  const shown = names.slice(0, NAMES_SHOWN).join(', ')
  if (await confirm(`Delete ${what} ${shown}${more} with all records?`)) return
  throw new KtError('nothing was deleted')
}
