import { spawn, type ChildProcess } from 'node:child_process'

/**
 * Waits on its stdin: $1 is the folder of the cluster it guards, $2 the folder to delete or empty. What it
 * guards are arguments, not its first lines, because a kt that hangs might never send those. The pipe closes when the kt at its other end
 * ends, by whatever death, and then every JVM of the cluster is killed. It finds them by their command
 * lines, so that nodes started again later are found too.
 */
const SCRIPT = `
[ -n "$1" ] || exit 1
token="@$1/node-"
doomed=$2
while IFS= read -r word; do [ "$word" = disarm ] && exit 0; done
pids() {
  if [ -r /proc/self/cmdline ]; then
    printf '%s' "$token" | grep -lF -f - /proc/[0-9]*/cmdline 2>/dev/null | sed 's,[^0-9],,g'
  else
    ps -axo pid=,args= | grep -F -e "$token" | grep -v grep | sed 's,^ *\\([0-9]*\\).*,\\1,'
  fi
}
round=0
while [ $round -lt 5 ]; do
  for pid in $(pids); do kill -9 "$pid" 2>/dev/null; done
  round=$((round + 1))
  sleep 0.1 2>/dev/null || sleep 1
done
[ -n "$doomed" ] && rm -rf -- "$doomed"
exit 0
`

const watchdogs = new Map<string, ChildProcess>()

/** From now on the cluster in `dir` dies with this process; `isThrowAway`: its folder too. */
export function arm(dir: string, isThrowAway: boolean): void {
  // Its own session, or Ctrl-C would end it before it can do its work.
  const args = ['-c', SCRIPT, 'kt-watchdog', dir, isThrowAway ? dir : '']
  const child = spawn('/bin/sh', args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  // When the pipe is gone so is the watchdog, and orphans are left to the next start or status.
  child.on('error', () => watchdogs.delete(dir))
  child.stdin.on('error', () => watchdogs.delete(dir))
  child.unref()
  unrefStream(child.stdin)
  watchdogs.set(dir, child)
}

/** The cluster may outlive this process after all, or is gone already. */
export function disarm(dir: string): void {
  watchdogs.get(dir)?.stdin?.end('disarm\n')
  watchdogs.delete(dir)
}

/** A child's stdin is a socket in Node and in Bun, but typed as any stream. */
function unrefStream(stream: unknown): void {
  const { unref } = stream as { unref?: () => void }
  unref?.call(stream)
}
