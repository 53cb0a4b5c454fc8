import { defineCommand } from '../../cli/command.ts'
import { KtError } from '../../core/errors.ts'
import { clusterOptions } from './shared.ts'

/** JSON: `{"regex", "isValid"}` */
export default defineCommand({
  description:
    'Members of consumer groups subscribe to a regular expression that the brokers evaluate, in RE2’s syntax. No ' +
    'cluster is asked. The exit code says whether it is valid.',
  operands: [{ name: 'regex', summary: 'the expression', isRequired: true }],
  options: { ...clusterOptions },
  examples: [
    { line: "kt groups validate-regex 'orders-.*'", does: 'valid' },
    { line: "kt groups validate-regex '(?=orders)'", does: 'Java knows it, RE2 does not' },
  ],
  async run({ regex }, { out }) {
    const { re2Error } = await import('../../core/search/pattern.ts')
    const source = regex as string
    const why = re2Error(source)
    if (why !== undefined) throw new KtError(`The regular expression \`${source}\` is invalid: ${why}.`)
    out.message({ regex: source, isValid: true }, `The regular expression \`${source}\` is valid.`)
  },
})
