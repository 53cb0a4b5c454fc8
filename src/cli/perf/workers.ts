/**
 * A run in several processes: each is this program with the same words and a share of the work. They begin together,
 * tell each interval as a line of JSON, and what they tell is put together here.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { KtError } from '../../core/errors.ts'
import { type Interval, intervalFromWire, mergedInterval } from '../../core/perf/recorder.ts'
import { type Measured, mergedMeasured } from '../../core/perf/result.ts'
import { Tally } from '../../core/perf/tally.ts'
import type { Context } from '../context.ts'
import type { LiveState } from './live-line.ts'
import type { Observer } from './observer.ts'
import { GO, type Message, STOP } from './worker-messages.ts'

export interface WorkersOptions {
  count: number
  /** Words for that worker alone; they win over the common ones. */
  wordsOf(index: number): string[]
  /** The common ones; by default those this process was called with. */
  words: readonly string[] | undefined
  context: Context
  observer: Observer
  /** Records in all; Infinity where nobody knows. */
  goal: number
  /** Workers share one heap of records: all are stopped when together they have so many. */
  stopsAtGoal?: boolean
}

export interface WorkersEnd {
  measured: Measured
  error: unknown
  details: Record<string, number>[]
}

/** The words this process was called with. */
function ownWords(): string[] {
  return process.argv.slice(2)
}

class Worker {
  readonly child: ChildProcess
  readonly intervals: Interval[] = []
  records = 0
  failed = 0
  isReady = false
  isWarm = false
  isClosed = false
  end: (Message & { say: 'end' }) | undefined
  readonly closed: Promise<void>

  constructor(
    index: number,
    { count, words: common, wordsOf, context }: WorkersOptions,
    changed: (worker: Worker) => void,
  ) {
    const words = [...(common ?? ownWords()), ...wordsOf(index), `--worker=${index}/${count}`]
    // The executable is itself; Node is told the bundle again.
    const isNode = !process.argv[1]!.startsWith('/$bunfs')
    const argv = isNode ? [...process.execArgv, process.argv[1]!, ...words] : words
    this.child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.child.stdin!.on('error', () => {})
    const lines = createInterface({ input: this.child.stdout! })
    lines.on('line', (line) => {
      this.#take(JSON.parse(line) as Message)
      changed(this)
    })
    this.closed = new Promise((resolve) => {
      this.child.once('error', () => resolve())
      this.child.once('close', () => {
        this.isClosed = true
        resolve()
        changed(this)
      })
    })
    context.onExit(() => void this.child.kill('SIGKILL'))
  }

  tell(word: string): void {
    if (this.child.stdin!.writable) this.child.stdin!.write(`${word}\n`)
  }

  #take(message: Message): void {
    if (message.say === 'ready') this.isReady = true
    if (message.say === 'warm') this.isWarm = true
    if (message.say === 'interval') this.intervals.push(intervalFromWire(message.interval))
    if (message.say === 'end') this.end = message
    if (message.say !== 'state') return
    this.records = message.records
    this.failed = message.failed
  }
}

export async function runWorkers(options: WorkersOptions): Promise<WorkersEnd> {
  const { count, context, observer, goal, stopsAtGoal = false } = options
  const workers: Worker[] = []
  let told = 0
  let isStarted = false
  let isWarm = false
  let startedAtMs = 0
  const stop = () => workers.forEach((worker) => worker.tell(STOP))
  const sum = (read: (worker: Worker) => number) => workers.reduce((total, worker) => total + read(worker), 0)

  for (let index = 0; index < count; index++) workers.push(new Worker(index, options, changed))
  context.signal.addEventListener('abort', stop, { once: true })
  await Promise.all(workers.map(({ closed }) => closed))
  observer.ended()
  return gathered(workers)

  function changed(): void {
    if (!isStarted && workers.length === count && workers.every(({ isReady }) => isReady)) begin()
    // One that could not even begin has said why on stderr: the others need not wait for it.
    if (!isStarted && workers.some(({ isClosed }) => isClosed)) stop()
    if (!isWarm && workers.length > 0 && workers.every((worker) => worker.isWarm)) {
      isWarm = true
      observer.warmedUp()
    }
    tellIntervals()
    if (stopsAtGoal && sum(({ records }) => records) >= goal) stop()
  }

  function begin(): void {
    isStarted = true
    startedAtMs = Date.now()
    workers.forEach((worker) => worker.tell(GO))
    observer.started(state)
  }

  /** An interval is told when all have ended it. */
  function tellIntervals(): void {
    while (workers.length === count && workers.every(({ intervals }) => intervals.length > told)) {
      observer.interval(mergedInterval(workers.map(({ intervals }) => intervals[told]!)))
      told++
    }
  }

  /** Latencies are known for the interval before this one. */
  function state(): LiveState {
    const last = workers.flatMap(({ intervals }) => intervals.at(-1) ?? [])
    const elapsedMs = Date.now() - startedAtMs
    const records = sum((worker) => worker.records)
    const failed = sum((worker) => worker.failed)
    if (last.length > 0)
      return { interval: mergedInterval(last), elapsedMs: mergedInterval(last).toMs, records, goal, failed }
    const steady = new Tally()
    steady.addRecords(records, 0)
    return { interval: { fromMs: 0, toMs: 0, steady, warmup: new Tally() }, elapsedMs, records, goal, failed }
  }
}

function gathered(workers: readonly Worker[]): WorkersEnd {
  const ends = workers.flatMap(({ end }) => end ?? [])
  const parts = ends.map(({ measured }) => ({
    ...measured,
    intervals: measured.intervals.map(intervalFromWire),
    failures: new Map(measured.failures),
  }))
  const longest = Math.max(0, ...parts.map(({ intervals }) => intervals.length))
  const intervals = Array.from({ length: longest }, (_, index) =>
    mergedInterval(parts.flatMap((part) => part.intervals[index] ?? [])),
  )
  const lost = workers.length - ends.length
  const said = ends.find(({ error }) => error !== undefined)?.error
  const message =
    said ?? (lost > 0 ? `${lost} of ${workers.length} workers ended without a result` : undefined)
  if (parts.length === 0) throw new KtError(message ?? 'no worker has a result')
  return {
    measured: mergedMeasured(parts, intervals),
    error: message === undefined ? undefined : new KtError(message),
    details: ends.flatMap(({ details }) => (details === undefined ? [] : [details])),
  }
}
