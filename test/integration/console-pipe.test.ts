import { randomFillSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runtimes } from '../support/cli.ts'
import { consume, newTopic, produce } from '../support/console.ts'

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

/** Lines of any bytes but newlines (and carriage returns at their end), of many lengths. */
function binaryLines(count: number): Buffer {
  const parts: Buffer[] = []
  for (let index = 0; index < count; index++) {
    const line = randomFillSync(Buffer.alloc((index * 37) % 300))
    for (let at = 0; at < line.length; at++) if (line[at] === 0x0a || line[at] === 0x0d) line[at] = 0x20
    parts.push(line, Buffer.from('\n'))
  }
  return Buffer.concat(parts)
}

function sortedLines(bytes: Buffer): string[] {
  return bytes.toString('latin1').split('\n').slice(0, -1).sort()
}

describe.each(runtimes)('with %s a file', (runtime) => {
  it.each(CODECS)('comes out of one partition byte for byte: %s', async (codec) => {
    const topic = await newTopic('pipe')
    const input = binaryLines(5000)
    const sent = await produce(topic, input, ['--compression-codec', codec], { runtime })
    expect(sent).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const read = await consume(topic, ['--max-messages', '5000'], { runtime })
    expect(read).toMatchObject({ code: 0, stderr: 'Processed a total of 5000 messages\n' })
    expect(input.equals(read.bytes)).toBe(true)
  })

  it('comes out of twelve partitions whole', async () => {
    const topic = await newTopic('pipe', { partitions: 12 })
    const input = binaryLines(20_000)
    expect(await produce(topic, input, ['--batch-size', '20000'], { runtime })).toMatchObject({ code: 0 })
    const read = await consume(topic, ['--max-messages', '20000'], { runtime })
    expect(sortedLines(read.bytes)).toEqual(sortedLines(input))
  })

  it('given by name comes out the same as through stdin', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kt-pipe-'))
    const topic = await newTopic('pipe')
    await writeFile(join(folder, 'in.txt'), 'a\nb\n\nlast')
    expect(await produce(topic, '', ['--file', join(folder, 'in.txt')], { runtime })).toMatchObject({
      code: 0,
    })
    expect((await consume(topic, ['--max-messages', '4'], { runtime })).stdout).toBe('a\nb\n\nlast\n')
    await rm(folder, { recursive: true })
  })

  it('with a line of 10 MB comes out whole when the limits are raised', async () => {
    const topic = await newTopic('large', { config: { 'max.message.bytes': '20000000' } })
    const line = Buffer.alloc(10_000_000, 'abcdefghi ')
    const input = Buffer.concat([Buffer.from('before\n'), line, Buffer.from('\nafter\n')])
    const limit = ['--command-property', 'max.request.size=20000000']
    expect(await produce(topic, input, limit, { runtime })).toMatchObject({ code: 0, stderr: '' })
    const { bytes } = await consume(topic, ['--max-messages', '3'], { runtime })
    expect(input.equals(bytes)).toBe(true)
  })
})

describe('a line', () => {
  it('ends with a newline, takes a carriage return with it, may be empty, and needs no newline at the end', async () => {
    const topic = await newTopic('lines')
    expect(await produce(topic, 'a\r\n\nb\r\n\r\nc\rd\nlast')).toMatchObject({ code: 0 })
    const { stdout } = await consume(topic, ['--max-messages', '6'])
    expect(stdout).toBe('a\n\nb\n\nc\rd\nlast\n')
  })

  it('of input without any is no record', async () => {
    const topic = await newTopic('lines')
    expect(await produce(topic, '')).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const { stdout, stderr } = await consume(topic, ['--exit-at-end'])
    expect([stdout, stderr]).toEqual(['', 'Processed a total of 0 messages\n'])
  })

  it('with key, headers and nulls comes out as such', async () => {
    const topic = await newTopic('lines')
    const properties = ['parse.key=true', 'parse.headers=true', 'null.marker=NULL']
    const readers = properties.flatMap((one) => ['--reader-property', one])
    const input = Buffer.concat([
      Buffer.from('a:1,a:2\tk\tv\nNULL\tNULL\tno key\nh:NULL\tk\tNULL\nh:1\t\t\nb:'),
      Buffer.from([0xff, 0x09, 0xfe, 0x09, 0xfd, 0x0a]),
    ])
    expect(await produce(topic, input, readers)).toMatchObject({ code: 0, stderr: '' })
    const { stdout } = await consume(topic, ['--max-messages', '5', '--output', 'json'])
    const records = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map(({ key, keyEncoding, value, headers }) => ({ key, keyEncoding, value, headers }))
    expect(records).toEqual([
      {
        key: 'k',
        value: 'v',
        headers: [
          { key: 'a', value: '1' },
          { key: 'a', value: '2' },
        ],
      },
      { key: null, value: 'no key', headers: [] },
      { key: 'k', value: null, headers: [{ key: 'h', value: null }] },
      { key: '', value: '', headers: [{ key: 'h', value: '1' }] },
      {
        key: '/g==',
        keyEncoding: 'base64',
        value: '/Q==',
        headers: [{ key: 'b', value: '/w==', valueEncoding: 'base64' }],
      },
    ])
  })
})
