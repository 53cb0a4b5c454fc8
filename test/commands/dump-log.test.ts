import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { runCommand } from '../support/run-command.ts'

const fixtures = fileURLToPath(new URL('../fixtures/log/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'kt-dump-log-'))
const SEGMENT = '00000000000000000000.log'

afterAll(() => rmSync(folder, { recursive: true }))

const dump = (...words: string[]) => runCommand(['dump-log', ...words], [])

/** Kafka's text names the file as it was named when it was made. */
function expected(format: string): string {
  const text = readFileSync(`${fixtures}${format}/dump.txt`, 'utf8')
  return text.replace(/^Dumping .*$/m, `Dumping ${fixtures}${format}/${SEGMENT}`)
}

describe('kt dump-log', () => {
  it.each(['v0', 'v1', 'v2'])('prints message format %s as Kafka’s tool does', async (format) => {
    const { stdout, code } = await dump(`${fixtures}${format}/${SEGMENT}`, '--print-data-log')
    expect(stdout).toBe(expected(format))
    expect(code).toBe(0)
  })

  it('tells damaged bytes with their place, prints the rest, and exits with 1', async () => {
    const bytes = readFileSync(`${fixtures}v2/${SEGMENT}`)
    const size = 12 + bytes.readInt32BE(8)
    bytes.fill(0, 8, size)
    const path = join(folder, SEGMENT)
    writeFileSync(path, bytes)
    const { stdout, stderr, code } = await dump(path)
    expect(stderr[0]).toContain(`bytes 0 to ${size} are damaged: a batch claims a length of 0 bytes`)
    expect(stdout).toContain('baseOffset: 3 ')
    expect(code).toBe(1)
  })

  it('summarises the segments of a directory', async () => {
    const { stdout, code } = await dump(`${fixtures}v1`)
    const [titles, row] = stdout.split('\n')
    expect(titles).toMatch(/^LOG +BASE OFFSET +LAST OFFSET/)
    expect(row).toMatch(/none,gzip,snappy,lz4 +v1 +-$/)
    expect(code).toBe(0)
  })

  it('says that a directory is no log', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'kt-dump-log-'))
    const { stderr, code } = await dump(empty)
    rmSync(empty, { recursive: true })
    expect(stderr[0]).toContain(`${empty}: is no log`)
    expect(code).toBe(2)
  })

  it('refuses a file whose name tells no kind, after it has dumped the others', async () => {
    const odd = join(folder, 'notes.txt')
    writeFileSync(odd, 'no log')
    const segment = `${fixtures}v2/${SEGMENT}`
    for (const paths of [[odd], [odd, segment]]) {
      const { stdout, stderr, code } = await dump(...paths)
      expect(stderr[0]).toBe(`Ignoring unknown file ${odd}`)
      expect(stderr.join('\n')).toContain(`${odd} was ignored: the name tells what a file is`)
      expect(stdout.includes('baseOffset: 3 ')).toBe(paths.length === 2)
      expect(code).toBe(2)
    }
  })

  it('passes over what a broker keeps beside its segments, unless nothing else is named', async () => {
    const beside = join(folder, 'partition.metadata')
    writeFileSync(beside, 'version: 0\n')
    expect((await dump(beside, `${fixtures}v2/${SEGMENT}`)).code).toBe(0)
    expect((await dump(beside)).code).toBe(2)
  })

  it('prints a JSON line for each batch and record', async () => {
    const { stdout } = await runCommand(
      ['dump-log', `${fixtures}v2/${SEGMENT}`, '--print-data-log', '--output', 'json'],
      [],
      { style: 'json' },
    )
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines[0]).toMatchObject({ type: 'batch', baseOffset: 0, codec: 'none', recordsCount: 3 })
    expect(lines[2]).toMatchObject({ type: 'record', key: 'key-1', value: 'wärde none 1' })
    expect(lines.at(-1)).toMatchObject({ control: { type: 'ABORT', coordinatorEpoch: 7 } })
  })

  it('checks an index against its log', async () => {
    copyFileSync(`${fixtures}v2/${SEGMENT}`, join(folder, SEGMENT))
    const index = Buffer.alloc(16)
    const first = 12 + readFileSync(join(folder, SEGMENT)).readInt32BE(8)
    index.writeInt32BE(5, 0)
    index.writeInt32BE(first, 4)
    index.writeInt32BE(9, 8)
    index.writeInt32BE(first, 12)
    const path = join(folder, '00000000000000000000.index')
    writeFileSync(path, index)
    const { stdout, stderr, code } = await dump(path)
    expect(stdout).toBe(`Dumping ${path}\noffset: 5 position: ${first}\noffset: 9 position: ${first}\n`)
    expect(stderr.slice(0, 2)).toEqual([`Mismatches in :${path}`, '  Index offset: 9, log offset: 5'])
    expect(code).toBe(1)
  })

  it('shows a checkpoint in text, and the line that is wrong in it', async () => {
    const path = join(folder, 'leader-epoch-checkpoint')
    writeFileSync(path, '0\n2\n0 0\n3 120\n')
    expect((await dump(path)).stdout).toContain('epoch: 3 startOffset: 120\n')
    writeFileSync(path, '0\n2\n0 0\nthree 120\n')
    const { stderr, code } = await dump(path)
    expect(stderr[0]).toContain('line 4 of the checkpoint: "three 120" is no entry')
    expect(code).toBe(1)
  })

  it('refuses a decoder that only Java could load', async () => {
    const { stderr, code } = await dump(`${fixtures}v2/${SEGMENT}`, '--value-decoder-class=com.example.Mine')
    expect(stderr[0]).toContain('no decoder "com.example.Mine"')
    expect(code).toBe(2)
  })
})
