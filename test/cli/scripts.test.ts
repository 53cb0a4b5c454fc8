import { describe, expect, it } from 'vitest'
import { translateScript } from '../../src/cli/scripts.ts'

const topics = (...words: string[]) => translateScript(['--invoked-as', 'kafka-topics.sh', ...words])

describe('the command line of a Kafka script', () => {
  it('is left alone under the name of kt', async () => {
    expect(await translateScript(['topics', 'list'])).toBeUndefined()
  })

  it('becomes the command of its action flag, wherever that stands', async () => {
    const words = ['--bootstrap-server', 'h:1', '--topic', 'a', '--create', '--config=x=1']
    expect(await topics(...words)).toMatchObject({
      argv: ['topics', 'create', '--bootstrap-server=h:1', '--topic=a', '--config=x=1'],
      notes: [],
    })
  })

  it('becomes the one command of a script without actions', async () => {
    const words = ['--invoked-as', 'kafka-console-producer', '--bootstrap-server', 'h:1', '--topic', 'a']
    const producer = await translateScript(words)
    expect(producer?.argv).toEqual(['console-producer', '--bootstrap-server=h:1', '--topic=a'])
  })

  it('may carry options that another action looks at where Kafka does not mind', async () => {
    expect((await topics('--list', '--partition-size-limit-per-response', '5'))?.argv).toEqual([
      'topics',
      'list',
    ])
  })

  it('says what has no effect', async () => {
    const { argv, notes } = (await topics('--list', 'x', '--delete-config', 'y'))!
    expect(argv).toEqual(['topics', 'list'])
    expect(notes).toEqual([
      'ignored, as no option stands before it: x',
      '--delete-config has had no effect since Kafka 4.0: use kafka-configs',
    ])
  })

  it('asks for help or the version before anything else', async () => {
    expect((await topics('--help'))?.text).toMatch(/^Usage: kafka-topics\.sh /)
    expect(await topics('--version', '--list')).toMatchObject({ text: '4.3.1\n' })
  })

  it('has exactly one action', async () => {
    const sentence = 'exactly one action: --list, --describe, --create, --alter or --delete'
    await expect(topics()).rejects.toThrow(sentence)
    await expect(topics('--list', '--delete')).rejects.toThrow(sentence)
  })

  it('cannot mix actions and options of others', async () => {
    const sentence = `Option "[partitions]" can't be used with option "[delete]"`
    await expect(topics('--delete', '--topic', 'x', '--partitions', '3')).rejects.toThrow(sentence)
  })

  it('must be of a script that there is', async () => {
    await expect(translateScript(['--invoked-as', 'kafka-nope.sh'])).rejects.toThrow(
      'stands in for kafka-nope',
    )
  })
})
