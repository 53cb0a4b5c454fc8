import { describe, expect, it } from 'vitest'
import { parse } from '../../src/cli/program.ts'
import { CommandLineError } from '../../src/cli/usage-errors.ts'

async function valuesOf(...argv: string[]): Promise<Record<string, unknown>> {
  return (await parse(argv, '1.2.3')).invocation!.values
}

async function refusal(
  ...argv: string[]
): Promise<{ message: string; hint: string | undefined; path: string }> {
  const error: unknown = await parse(argv, '1.2.3').catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(CommandLineError)
  const { message, hint, path, exitCode } = error as CommandLineError
  expect(exitCode).toBe(2)
  return { message, hint, path: path.join(' ') }
}

describe('a command line', () => {
  it('gives values by their names, with defaults for the rest', async () => {
    expect(await valuesOf('topics', 'create', 'orders', '--partitions', '3')).toMatchObject({
      topic: ['orders'],
      partitions: 3,
      replicationFactor: undefined,
      config: {},
      ifNotExists: false,
    })
  })

  it('takes values with = and short letters, and repeats', async () => {
    const values = await valuesOf(
      'topics',
      'create',
      'a',
      'b',
      '--config=x=1',
      '--config',
      'y=2=3',
      '-b',
      'h:1',
    )
    expect(values).toMatchObject({ topic: ['a', 'b'], config: { x: '1', y: '2=3' }, bootstrapServer: 'h:1' })
  })

  it('takes the main operand as an option too, as Kafka’s scripts do', async () => {
    expect(await valuesOf('topics', 'list', '--topic', 'a', 'b')).toMatchObject({ topic: ['a', 'b'] })
  })

  it('takes older spellings of an option', async () => {
    expect(await valuesOf('topics', 'list', '--broker-list', 'h:1')).toMatchObject({ bootstrapServer: 'h:1' })
  })
})

describe('help', () => {
  it('is what kt and kt NOUN alone print', async () => {
    expect((await parse([], '1')).text).toContain('Usage: kt')
    expect((await parse(['topics'], '1')).text).toMatch(/Usage: kt topics[^]*create +create topics/)
  })

  it('groups the commands', async () => {
    const { text } = await parse(['--help'], '1')
    expect(text).toMatch(
      /Topics and records:\n {2}topics [^]*console-producer[^]*This machine:\n {2}sandbox /,
    )
  })

  it('comes in the words of git too: help topics create', async () => {
    expect((await parse(['help', 'topics', 'create'], '1')).text).toContain('Usage: kt topics create')
    expect((await parse(['topics', 'help'], '1')).text).toContain('Usage: kt topics ')
  })

  it('knows the version', async () => {
    expect((await parse(['--version'], '1.2.3')).text).toBe('1.2.3\n')
  })
})

describe('a wrong word', () => {
  it.each([
    [['topcis'], '', "unknown command 'topcis'", 'did you mean topics?'],
    [['topics', 'lst'], 'topics', "unknown command 'lst'", 'did you mean list?'],
    [['topics', 'zzzzzzz'], 'topics', "unknown command 'zzzzzzz'", 'see kt topics --help'],
    [
      ['topics', 'create', 'x', '--partitons', '3'],
      'topics create',
      "unknown option '--partitons'",
      'did you mean --partitions?',
    ],
    [
      ['topics', 'list', '--if-not-exists'],
      'topics list',
      "unknown option '--if-not-exists'",
      '--if-not-exists is an option of kt topics create',
    ],
    [
      ['--bootstrap-server', 'h:1', 'topics', 'list'],
      '',
      "unknown option '--bootstrap-server'",
      'options stand after the command',
    ],
    [
      ['topics', '--create', '--topic', 'x'],
      'topics',
      "unknown option '--create'",
      'it is a word here: kt topics create',
    ],
    [
      ['groups', 'list', '--describe'],
      'groups list',
      "unknown option '--describe'",
      'it is a word here: kt groups describe',
    ],
    [
      ['console-consumer', 'x', '--zookeeper', 'h:1'],
      'console-consumer',
      "unknown option '--zookeeper'",
      'Kafka has no ZooKeeper any more: --bootstrap-server HOST:PORT names a broker',
    ],
    [
      ['console-producer', 'x', '--group', 'g'],
      'console-producer',
      "unknown option '--group'",
      '--group is an option of kt console-consumer, kt copy, kt groups describe',
    ],
    [
      ['console-producer', 'x', '--sync=yes'],
      'console-producer',
      "unknown option '--sync'",
      '--sync takes no value',
    ],
    [
      ['topics', 'create', 'x', '--partitions'],
      'topics create',
      "option '--partitions <N>' argument missing",
      'see kt topics create --help',
    ],
  ])('%j is told with what is near', async (argv, path, message, hint) => {
    expect(await refusal(...argv)).toEqual({ path, message, hint })
  })

  it('is also a topic that stands there twice, unless it is the same', async () => {
    const told = await refusal('console-producer', 'a', '--topic', 'b')
    expect(told.message).toBe('two values for the same: "a" and "b"')
    expect(await valuesOf('console-producer', 'a', '--topic', 'a')).toMatchObject({ topic: 'a' })
  })

  it.each([
    [['--partitions', 'x'], '--partitions takes a whole number from 1 to 2147483647, not "x"'],
    [['--partitions', '0'], '--partitions takes a whole number from 1 to 2147483647, not "0"'],
    [['--partitions', '1e3'], '--partitions takes a whole number'],
    [['--replication-factor', '40000'], '--replication-factor takes a whole number from 1 to 32767'],
    [['--config', 'x'], '--config takes KEY=VALUE, not "x"'],
    [['--output', 'xml'], '--output takes one of table, json, java, not "xml"'],
  ])('%j is told with what it should be', async (argv, message) => {
    const told = await refusal('topics', 'create', 'x', ...argv)
    expect(told.message).toContain(message)
    expect(told.path).toBe('topics create')
  })
})
