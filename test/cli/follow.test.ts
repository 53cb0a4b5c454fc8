import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FilePlace, follow } from '../../src/cli/follow.ts'
import { eventually } from '../support/eventually.ts'

let dir = ''
let path = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kt-follow-'))
  path = join(dir, 'app.log')
})
afterEach(() => rmSync(dir, { recursive: true }))

/** Follows in the background; `files` holds what each file has given so far. */
function started(from?: FilePlace) {
  const stop = new AbortController()
  const files: string[] = []
  const notes: string[] = []
  const places: { place: FilePlace; isIdle: boolean; text: string }[] = []
  const taken = (place: FilePlace, isIdle: boolean) => {
    places.push({ place, isIdle, text: files.at(-1) ?? '' })
    return Promise.resolve()
  }
  const done = (async () => {
    const options = { from, signal: stop.signal, taken, note: (text: string) => void notes.push(text) }
    for await (const { chunks } of follow(path, options)) {
      files.push('')
      for await (const chunk of chunks) files[files.length - 1] += chunk.toString()
    }
  })()
  const until = (...expected: string[]) => eventually(() => expect(files).toEqual(expected))
  const end = async () => {
    stop.abort()
    await done
  }
  return { until, end, places, notes }
}

it('waits for the file, and gives what is added to it', async () => {
  const { until, end } = started()
  writeFileSync(path, 'one\n')
  await until('one\n')
  appendFileSync(path, 'tw')
  appendFileSync(path, 'o\n')
  await until('one\ntwo\n')
  await end()
})

it('reads a rotated file to its end, then the one that has taken its name', async () => {
  writeFileSync(path, 'one\n')
  const { until, end } = started()
  await until('one\n')
  renameSync(path, `${path}.1`)
  // Whoever writes has not noticed yet.
  appendFileSync(`${path}.1`, 'late\n')
  writeFileSync(path, 'two\n')
  await until('one\nlate\n', 'two\n')
  await end()
})

it('begins anew with a file that was emptied', async () => {
  writeFileSync(path, 'a long first line\n')
  const { until, end } = started()
  await until('a long first line\n')
  truncateSync(path)
  await until('a long first line\n', '')
  appendFileSync(path, 'two\n')
  await until('a long first line\n', 'two\n')
  await end()
})

it('says how far it has been read, once what it gave has been taken', async () => {
  writeFileSync(path, 'one\n')
  const { until, end, places } = started()
  await until('one\n')
  appendFileSync(path, 'two\n')
  await until('one\ntwo\n')
  await eventually(() => expect(places.at(-1)?.isIdle).toBe(true))
  await end()
  expect(places.length).toBeGreaterThan(1)
  for (const { place, text } of places)
    expect(place).toEqual({ inode: statSync(path).ino, offset: text.length })
})

it('goes on where an earlier run ended, with the rest of a file that was rotated since', async () => {
  writeFileSync(path, 'one\ntwo\n')
  const { ino: inode } = statSync(path)
  const same = started({ inode, offset: 4 })
  await same.until('two\n')
  await same.end()
  renameSync(path, `${path}.1`)
  writeFileSync(path, 'three\n')
  const rotated = started({ inode, offset: 4 })
  await rotated.until('two\n', 'three\n')
  await rotated.end()
  expect(rotated.notes).toEqual([])
})

it('leaves out no file where several were rotated since', async () => {
  writeFileSync(path, 'one\ntwo\n')
  const { ino: inode } = statSync(path)
  renameSync(path, `${path}.3`)
  for (const [index, name] of [`${path}.3`, `${path}.2`, `${path}.1`].entries()) {
    if (index > 0) writeFileSync(name, `${basename(name)}\n`)
    utimesSync(name, 1000 + index, 1000 + index)
  }
  // Neither what was read long ago nor what no rotation has named.
  writeFileSync(`${path}.4`, 'older\n')
  utimesSync(`${path}.4`, 999, 999)
  writeFileSync(`${path}.place`, 'other\n')
  writeFileSync(path, 'now\n')
  const { until, end } = started({ inode, offset: 4 })
  await until('two\n', 'app.log.2\n', 'app.log.1\n', 'now\n')
  await end()
})

it('says so, and reads all, where the file is not the one that was read', async () => {
  writeFileSync(path, 'one\n')
  const other = started({ inode: statSync(path).ino + 1, offset: 2 })
  await other.until('one\n')
  await other.end()
  const shorter = started({ inode: statSync(path).ino, offset: 100 })
  await shorter.until('one\n')
  await shorter.end()
  for (const { notes } of [other, shorter]) expect(notes).toEqual([`${path}: is not the file that was read before; from its beginning`]) // prettier-ignore
})

it('fails where the file cannot be read', async () => {
  path = join(dir, 'file', 'in-a-file')
  writeFileSync(join(dir, 'file'), '')
  await expect(started().end()).rejects.toThrow('ENOTDIR')
})
