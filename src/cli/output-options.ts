/** How the console consumer prints records: `--output`, `--format`, `--formatter` and what goes with them. */
import { UsageError } from '../core/errors.ts'
import { readPropertiesFile } from './client-settings.ts'
import { isColored } from './colors-wanted.ts'
import type { Values } from './command.ts'
import type { Context } from './context.ts'
import { isModulePath } from './modules.ts'
import { flag, properties, text } from './options.ts'
import { defaultFormatter } from './records/default-formatter.ts'
import { fieldText, fieldWriter, InvalidFields } from './records/fields.ts'
import type { Formatter } from './records/formatter.ts'
import { jsonFormatter } from './records/json-formatter.ts'
import { TIME_FORMATS } from './records/times.ts'

const heading = 'Output'

export const outputOptions = {
  output: text('default is lines as Kafka prints them', {
    choices: ['default', 'json', 'csv', 'table', 'hex', 'raw'],
    default: 'default',
    placeholder: 'STYLE',
    heading,
  }),
  format: text('kcat’s tokens: %t %p %o %k %s %T %h %K %S %R %%, also %{json:path} and %{header:name}', {
    placeholder: 'TEXT',
    heading,
  }),
  'format-time': text('how --format prints %T', {
    choices: TIME_FORMATS,
    default: 'ms',
    placeholder: 'FORM',
    heading,
  }),
  pretty: flag('JSON indented and coloured, times for people', { heading }),
  'formatter-property': properties(
    'print.timestamp, print.key, print.offset, print.partition, print.epoch, print.headers, print.value, key.separator, line.separator, headers.separator, null.literal, key.deserializer, value.deserializer or headers.deserializer',
    { aliases: ['property'], heading },
  ),
  'formatter-config': text('file with formatter properties', { placeholder: 'FILE', heading }),
  formatter: text(
    'Kafka’s class DefaultMessageFormatter, LoggingMessageFormatter or NoOpMessageFormatter, or ./module.mjs',
    {
      placeholder: 'NAME',
      heading,
    },
  ),
  'key-deserializer': text(
    'string, bytes, short, integer, long, float, double, uuid or boolean; also Kafka’s class names',
    {
      placeholder: 'NAME',
      heading,
    },
  ),
  'value-deserializer': text('the same for values', { placeholder: 'NAME', heading }),
}

type OutputValues = Values<typeof outputOptions> & { skipMessageOnError: boolean }

/** Throws UsageError where options do not go together, or name what there is not. */
export async function outputFormatter(
  values: OutputValues,
  context: Context,
  hasManyTopics: boolean,
): Promise<Formatter> {
  const given: Record<string, string> = {
    ...(await readPropertiesFile(values.formatterConfig)),
    ...values.formatterProperty,
  }
  if (values.keyDeserializer !== undefined) given['key.deserializer'] = values.keyDeserializer
  if (values.valueDeserializer !== undefined) given['value.deserializer'] = values.valueDeserializer
  checkTogether(values, given)
  // Kafka's tool ends at the first such field, or leaves the record out when told so.
  const stops = context.isScript || values.skipMessageOnError
  const mayFail = Object.keys(given).some((name) => name.endsWith('.deserializer'))
  const invalid = stops || !mayFail ? undefined : new InvalidFields()
  const formatter = await chosen(values, given, invalid, context, hasManyTopics)
  return invalid === undefined ? formatter : telling(formatter, invalid, context)
}

/** Names the first record with a field that could not be deserialized, and says at the end how many there were. */
function telling(formatter: Formatter, invalid: InvalidFields, context: Context): Formatter {
  return {
    ...formatter,
    write(cursor, topic, partition, out) {
      formatter.write(cursor, topic, partition, out)
      const message = invalid.take()
      if (message !== undefined) context.note(`${topic}-${partition} at offset ${cursor.offset}: ${message}`)
    },
    notes: () => [...(formatter.notes?.() ?? []), ...invalid.notes()],
  }
}

async function chosen(
  values: OutputValues,
  given: Record<string, string>,
  invalid: InvalidFields | undefined,
  context: Context,
  hasManyTopics: boolean,
): Promise<Formatter> {
  const { output, format, formatter, pretty } = values
  const textOf = (field: 'key' | 'value' | 'headers') => fieldText(given[`${field}.deserializer`], invalid)
  const writerOf = (field: 'key' | 'value' | 'headers') =>
    fieldWriter(given[`${field}.deserializer`], given['null.literal'] ?? '', invalid)
  if (format !== undefined) {
    const [{ formatStringFormatter }, { timeFormat }] = await Promise.all([
      import('./records/format-string.ts'),
      import('./records/times.ts'),
    ])
    const [key, value, header] = [writerOf('key'), writerOf('value'), writerOf('headers')]
    return formatStringFormatter(format, { key, value, header, time: timeFormat(values.formatTime) })
  }
  if (formatter !== undefined && isModulePath(formatter))
    return (await import('./records/simple-formatters.ts')).moduleFormatter(formatter)
  if (pretty) {
    const { prettyFormatter } = await import('./records/pretty-formatter.ts')
    return prettyFormatter(await colorsOf(context), textOf('key'), textOf('value'))
  }
  switch (output) {
    case 'json':
      return jsonFormatter()
    case 'csv':
      return (await import('./records/csv-formatter.ts')).csvFormatter(
        textOf('key'),
        textOf('value'),
        textOf('headers'),
      )
    case 'table': {
      const { tableFormatter } = await import('./records/table-formatter.ts')
      const colors = await colorsOf(context)
      const { columns } = context.terminal
      return tableFormatter({
        columns,
        hasTopic: hasManyTopics,
        colors,
        key: textOf('key'),
        value: textOf('value'),
      })
    }
    case 'hex':
      return (await import('./records/simple-formatters.ts')).hexFormatter
    case 'raw':
      return (await import('./records/simple-formatters.ts')).rawFormatter
    default:
      return kafkaFormatter(formatter, given, invalid, context)
  }
}

/** Kafka's own formatters, by class name with or without its package, of Kafka 3 or 4, or by its first word. */
async function kafkaFormatter(
  name: string | undefined,
  given: Record<string, string>,
  invalid: InvalidFields | undefined,
  context: Context,
): Promise<Formatter> {
  const short = name?.replace(/^(org\.apache\.kafka\.tools\.consumer\.|kafka\.tools\.)/, '')
  const isCalled = (className: string) =>
    short === className || `${short}MessageFormatter`.toLowerCase() === className.toLowerCase()
  const usual = defaultFormatter(given, { losesEpoch: context.isScript, invalid })
  if (short === undefined || isCalled('DefaultMessageFormatter')) return usual
  const { internalFormatter } = await import('./records/internal/kafka-formatters.ts')
  const internal = internalFormatter(name!)
  if (internal !== undefined) return internal
  const { loggingFormatter, noOpFormatter } = await import('./records/simple-formatters.ts')
  if (isCalled('LoggingMessageFormatter')) return loggingFormatter(usual, (line) => context.note(line))
  if (isCalled('NoOpMessageFormatter')) return noOpFormatter
  throw new UsageError(`no formatter "${name}"`, {
    hint: 'there are DefaultMessageFormatter, LoggingMessageFormatter, NoOpMessageFormatter (or default, logging, noop), those of Kafka’s internal topics, and ./module.mjs; classes of one’s own need Java',
  })
}

async function colorsOf({ terminal, env }: Context) {
  const { colorsFor } = await import('./colors.ts')
  return colorsFor(isColored(terminal.stdout, env))
}

function checkTogether(values: OutputValues, given: Record<string, string>): void {
  const { output, format, pretty, formatter, formatTime } = values
  const ways = [
    output !== 'default' && `--output ${output}`,
    format !== undefined && '--format',
    pretty && '--pretty',
    formatter !== undefined && '--formatter',
  ].filter((way) => way !== false)
  if (ways.length > 1) throw new UsageError(`${ways[0]} and ${ways[1]} exclude each other`)
  if (formatTime !== 'ms' && format === undefined) throw new UsageError('--format-time goes with --format')
  const isBytes = output === 'json' || output === 'hex' || output === 'raw'
  if (isBytes && (given['key.deserializer'] ?? given['value.deserializer']) !== undefined)
    throw new UsageError(
      `--output ${output} keeps the bytes as they are: a deserializer goes with --output csv, table or --format`,
    )
}
