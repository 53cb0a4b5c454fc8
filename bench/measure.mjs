/** One process, from start to end: wall time, CPU of it and all its children, and the most memory it held. */
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs'

const GNU_TIME = '/usr/bin/time'
const hasGnuTime = existsSync(GNU_TIME) && spawnSync(GNU_TIME, ['-f', '%M', 'true']).status === 0

/**
 * Runs `argv` with files as stdin and stdout (default: nothing) and throws when it ends otherwise. `wallMs` has the
 * monotonic clock's resolution, `cpuMs` 10 ms; `peakKib` is undefined where GNU time is not installed.
 */
export function measure(argv, { input = '/dev/null', output = '/dev/null', exitCode = 0, work }) {
  const report = `${work}/time.txt`
  const descriptors = [openSync(input, 'r'), openSync(output, 'w'), 'pipe']
  const words = hasGnuTime ? [GNU_TIME, '-o', report, '-f', '%U %S %M', ...argv] : bashTime(report, argv)
  const startNs = process.hrtime.bigint()
  const { status, signal, stderr, error } = spawnSync(words[0], words.slice(1), {
    stdio: descriptors,
    maxBuffer: 64 << 20,
  })
  const wallMs = Number(process.hrtime.bigint() - startNs) / 1e6
  for (const descriptor of descriptors.slice(0, 2)) closeSync(descriptor)
  if (status !== exitCode)
    throw new Error(`${argv.join(' ')} ended with ${status ?? signal ?? error}:\n${stderr}`)
  const [user, system, peakKib] = readFileSync(report, 'utf8')
    .trim()
    .split('\n')
    .at(-1)
    .split(' ')
    .map(Number)
  rmSync(report)
  return { wallMs, cpuMs: (user + system) * 1000, peakKib }
}

/** bash adds up the children too, but knows nothing of memory. */
function bashTime(report, argv) {
  const script = 'TIMEFORMAT="%3U %3S"; { time "$@" 2>&3; } 3>&2 2>"$REPORT"'
  return ['env', `REPORT=${report}`, 'bash', '-c', script, 'bash', ...argv]
}

export function median(values) {
  const sorted = values.filter((value) => value !== undefined && !Number.isNaN(value)).sort((a, b) => a - b)
  return sorted.length === 0 ? undefined : sorted[Math.floor(sorted.length / 2)]
}
