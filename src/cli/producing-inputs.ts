/** All inputs of one run of the console producer, one after the other: stdin, files, or a file that grows. */
import { lockFile } from '../core/file-lock.ts'
import type { CsvRows } from '../core/producer/csv.ts'
import type { Splitter } from '../core/producer/lines.ts'
import { type LineJob, produceLines } from '../core/producer/produce-lines.ts'
import type { Context } from './context.ts'
import { follow } from './follow.ts'
import { type Input, openInput } from './input.ts'
import type { InputFormat } from './input-options.ts'
import { readPlace, savePlace, type StoredPlace } from './input-place.ts'
import type { Producing } from './producing.ts'

/** What there is to read. Throws UsageError for a file that cannot be opened, before anything is sent. */
export async function openInputs(files: readonly string[], signal: AbortSignal): Promise<Input[]> {
  const names = files.length === 0 ? ['-'] : files
  return Promise.all(names.map((name) => openInput(name, signal)))
}

type Job = Omit<LineJob, 'chunks' | 'splitter' | 'parser' | 'ignoresErrors' | 'unit'> & { session: Producing }

export async function produceInputs(
  inputs: readonly AsyncIterable<Buffer>[],
  format: InputFormat,
  job: Job,
): Promise<void> {
  for (const chunks of inputs) {
    const { splitter, rows } = await reading(format, job)
    await produceLines(job.session.read, {
      ...job,
      ...format,
      splitter,
      chunks: rows?.lines(chunks) ?? chunks,
    })
    if (job.signal.aborted || !job.mayGoOn()) return
  }
}

const SAVE_EVERY_MS = 1000

/** Reads on until interrupted; keeps the place of what has been delivered in `offsetFile`. */
export async function produceFollowed(
  path: string,
  offsetFile: string | undefined,
  format: InputFormat,
  job: Job,
  context: Context,
): Promise<void> {
  if (offsetFile !== undefined) {
    const lock = lockFile(offsetFile)
    context.onExit(() => lock.release())
  }
  const from = offsetFile === undefined ? undefined : readPlace(offsetFile)
  let savedMs = 0
  let saved: StoredPlace | undefined
  let unsaved: StoredPlace | undefined
  let pendingBytes = () => 0
  let columns = (): readonly string[] | undefined => undefined
  const files = follow(path, {
    from,
    signal: job.signal,
    note: (text) => context.note(text),
    taken: async ({ inode, offset }, isIdle) => {
      const names = columns()
      const place = { version: 1, inode, offset: offset - pendingBytes() } as const
      unsaved = names === undefined ? place : { ...place, columns: names }
      if (isIdle || Date.now() - savedMs >= SAVE_EVERY_MS) await save()
    },
  })
  try {
    for await (const { start, chunks } of files) {
      const known = start.offset > 0 ? from?.columns : undefined
      const { splitter, rows } = await reading(format, job, known)
      pendingBytes = () => (rows === undefined ? splitter.pendingBytes : rows.pendingBytes)
      columns = () => rows?.columns
      await produceLines(job.session.read, {
        ...job,
        ...format,
        splitter,
        chunks: rows?.lines(chunks) ?? chunks,
      })
      if (!job.mayGoOn()) return
    }
  } finally {
    await save()
  }

  /** A place is one that all before has been delivered to: after a crash some lines may be sent again, none is left out. */
  async function save(): Promise<void> {
    const place = unsaved
    if (
      offsetFile === undefined ||
      place === undefined ||
      (place.inode === saved?.inode && place.offset === saved.offset)
    )
      return
    await job.producer.flush()
    if (!job.mayGoOn()) return
    savePlace(offsetFile, place)
    saved = place
    savedMs = Date.now()
  }
}

async function reading(
  format: InputFormat,
  { session, maxRecordBytes, skipped }: Job,
  columns?: readonly string[],
): Promise<{ splitter: Splitter; rows: CsvRows | undefined }> {
  const splitter = format.splitter(session.producer.window, maxRecordBytes)
  if (!format.isCsv) return { splitter, rows: undefined }
  const { CsvRows } = await import('../core/producer/csv.ts')
  const { keyColumn, ignoresErrors } = format
  const rows = new CsvRows({
    keyColumn,
    columns,
    maxRowBytes: maxRecordBytes * 8,
    skipped: ignoresErrors ? skipped : undefined,
  })
  return { splitter, rows }
}
