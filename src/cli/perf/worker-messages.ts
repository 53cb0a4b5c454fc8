/** What a run in several processes and its workers say to each other. */
import type { IntervalWire } from '../../core/perf/recorder.ts'

/** What a worker says, a line each. */
export type Message =
  | { say: 'ready' }
  | { say: 'state'; records: number; failed: number }
  | { say: 'interval'; interval: IntervalWire }
  | { say: 'warm' }
  | { say: 'end'; measured: EndWire; error?: string; details?: Record<string, number> }

interface EndWire {
  startedAtMs: number
  elapsedMs: number
  steadyFromMs: number
  intervals: IntervalWire[]
  failures: [string, number][]
}

export const GO = 'go'
export const STOP = 'stop'
