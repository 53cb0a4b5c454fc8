/** `--follow FILE`: the chunks of a file as it grows, and of the one that takes its name when it is rotated. */
import { close, constants, fstat, open, read, readdir, stat } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const fs = {
  close: promisify(close),
  fstat: promisify(fstat),
  open: promisify(open),
  read: promisify(read),
  readdir: promisify(readdir),
  stat: promisify(stat),
}

const CHUNK_BYTES = 1024 * 1024
const LOOK_AGAIN_AFTER_MS = 200

/** Which file, and where in it. */
export interface FilePlace {
  inode: number
  offset: number
}

export interface FollowOptions {
  /** Where an earlier run has ended. */
  from: FilePlace | undefined
  signal: AbortSignal
  /** Called when everything given so far has been taken, again when nothing more comes; awaited before more is read. */
  taken: (place: FilePlace, isIdle: boolean) => Promise<void>
  note: (text: string) => void
}

export interface FollowedFile {
  /** Where reading begins. */
  start: FilePlace
  chunks: AsyncIterable<Buffer>
}

/** One file after the other; ends when `signal` aborts. A file that is not there is waited for. */
export async function* follow(path: string, options: FollowOptions): AsyncGenerator<FollowedFile> {
  const { from, signal, note } = options
  const before = from === undefined ? [] : await findRotated(path, from)
  let resumed = from
  while (!signal.aborted) {
    const rotated = before.shift()
    const fd =
      rotated === undefined ? await openWhenThere(path, signal) : await fs.open(rotated, constants.O_RDONLY)
    if (fd === undefined) return
    const { ino, size } = await fs.fstat(fd)
    let offset = 0
    if (resumed !== undefined) {
      if (resumed.inode === ino && resumed.offset <= size) offset = resumed.offset
      else note(`${path}: is not the file that was read before; from its beginning`)
    }
    resumed = undefined
    const start = { inode: ino, offset }
    try {
      yield { start, chunks: grow(fd, path, start, rotated !== undefined, options) }
    } finally {
      await fs.close(fd)
    }
  }
}

/** Ends when the file has been rotated, emptied or removed and all of it has been read. */
async function* grow(
  fd: number,
  path: string,
  { inode, offset }: FilePlace,
  isRotated: boolean,
  { signal, taken }: FollowOptions,
): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  let at = offset
  let isLeft = isRotated
  while (!signal.aborted) {
    const { bytesRead } = await fs.read(fd, chunk, 0, CHUNK_BYTES, at)
    if (bytesRead > 0) {
      at += bytesRead
      yield chunk.subarray(0, bytesRead)
      await taken({ inode, offset: at }, false)
      continue
    }
    // Whoever writes may have written once more between our last look and the rotation.
    if (isLeft) return
    const { size } = await fs.fstat(fd)
    if (size < at) return
    await taken({ inode, offset: at }, true)
    isLeft = (await inodeOf(path)) !== inode
    if (!isLeft) await pause(signal)
  }
}

async function openWhenThere(path: string, signal: AbortSignal): Promise<number | undefined> {
  while (!signal.aborted) {
    try {
      return await fs.open(path, constants.O_RDONLY)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    await pause(signal)
  }
  return undefined
}

/** What rotation adds to a name: `.1`, `-20261120`, `.2026-11-20`. What it has packed, too, is no input. */
const ROTATED_SUFFIX = /^[.-]\d[\d.-]*$/

/** The file that was read before, where it has another name by now, and those rotated after it: they come first. */
async function findRotated(path: string, { inode, offset }: FilePlace): Promise<string[]> {
  if ((await inodeOf(path)) === inode) return []
  const [folder, base] = [dirname(path), basename(path)]
  const names = (await fs.readdir(folder)).filter((name) => name.startsWith(base) && name !== base)
  const files = await Promise.all(
    names.map(async (name) => ({ name, stats: await fs.stat(join(folder, name)).catch(() => undefined) })),
  )
  const last = files.find(({ stats }) => stats?.ino === inode && stats.size >= offset)
  if (last === undefined) return []
  const writtenMs = ({ stats }: (typeof files)[number]) => stats?.mtimeMs ?? 0
  const later = files
    .filter((one) => ROTATED_SUFFIX.test(one.name.slice(base.length)) && writtenMs(one) > writtenMs(last))
    .sort((one, other) => writtenMs(one) - writtenMs(other))
  return [last, ...later].map(({ name }) => join(folder, name))
}

async function inodeOf(path: string): Promise<number | undefined> {
  try {
    return (await fs.stat(path)).ino
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, LOOK_AGAIN_AFTER_MS)
    signal.addEventListener('abort', end)
  })
}
