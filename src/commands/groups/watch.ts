/** `kt groups describe --watch`: the lag of groups again and again, with rates. */
import type { Context } from '../../cli/context.ts'
import { durationText } from '../../cli/duration.ts'
import { NAME } from '../../cli/output/narrow-table.ts'
import type { LagRow } from '../../core/admin/group-lag.ts'
import { type Look, ratesOf, type TopicLag } from '../../core/admin/lag-rates.ts'
import { sleep } from '../../core/cluster/backoff.ts'

const HOME_AND_CLEAR = '\x1b[H\x1b[2J'

/** JSON: a line for each look: `{"time", "groups": [{"groupId", "topic", "partitions", "lag", "inPerSec", "outPerSec", "catchUpSec"}]}`. Ends when interrupted. */
export async function watch(
  { out, terminal, signal }: Context,
  seconds: number,
  look: () => Promise<readonly LagRow[]>,
): Promise<never> {
  let before: Look | undefined
  for (let isFirst = true; ; isFirst = false) {
    const rows = await look()
    const now = { atMs: performance.now(), rows }
    const rates = ratesOf(now, before)
    before = now
    const time = new Date().toISOString()
    if (out.style === 'json') out.message({ time, groups: rates.map(asDocument) })
    else {
      if (terminal.stdout) out.line(`${HOME_AND_CLEAR}every ${seconds} s, Ctrl-C ends it    ${time}\n`)
      else if (!isFirst) out.line('')
      await print(out, rates)
    }
    out.flush()
    await sleep(seconds * 1000, signal)
  }
}

/** JSON knows no Infinity: null says that it never catches up, or that nothing is known yet. */
function asDocument({ inPerSec, outPerSec, catchUpSec, ...rest }: TopicLag) {
  const known = catchUpSec === undefined || catchUpSec === Infinity ? null : catchUpSec
  return { ...rest, inPerSec: inPerSec ?? null, outPerSec: outPerSec ?? null, catchUpSec: known }
}

async function print(out: Context['out'], rates: readonly TopicLag[]): Promise<void> {
  await out.list({
    name: 'groups',
    rows: rates,
    whenEmpty: 'there is nothing to watch',
    columns: [
      { title: 'GROUP', value: ({ groupId }) => groupId, narrow: NAME },
      { title: 'TOPIC', value: ({ topic }) => topic, narrow: NAME },
      {
        title: 'PARTITIONS',
        value: ({ partitions }) => partitions,
        align: 'right',
        narrow: { title: 'PARTS' },
      },
      { title: 'LAG', value: ({ lag }) => lag, align: 'right' },
      { title: 'IN/S', value: ({ inPerSec }) => inPerSec?.toFixed(1), align: 'right' },
      { title: 'OUT/S', value: ({ outPerSec }) => outPerSec?.toFixed(1), align: 'right' },
      { title: 'CATCH-UP', value: ({ catchUpSec }) => catchUpText(catchUpSec), align: 'right' },
    ],
  })
}

function catchUpText(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined
  return seconds === Infinity ? 'never' : durationText(seconds * 1000)
}
