import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { spawnSync } from 'node:child_process'
import { buffer } from 'node:stream/consumers'
import { afterAll, describe, expect, inject, it } from 'vitest'
import type { PerfDocument } from '../../src/cli/perf/document.ts'
import { kt, runtimes, spawnKt } from '../support/cli.ts'
import { startCluster } from '../support/cluster.ts'
import { newTopic, withBootstrap } from '../support/console.ts'
import { eventually, HANGS_AFTER_MS } from '../support/eventually.ts'
import { java } from '../support/java.ts'
import { lengthOf } from '../support/other-client.ts'
import { uniqueName } from '../support/names.ts'

const folder = mkdtempSync(join(tmpdir(), 'kt-perf-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const CHROMIUM = ['chromium', 'chromium-browser'].find((name) => spawnSync(name, ['--version']).status === 0)

async function perf(args: readonly string[], bootstrap?: string): Promise<PerfDocument> {
  const { stdout, stderr, code } = await kt(withBootstrap(['perf', ...args, '--output', 'json'], bootstrap))
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as PerfDocument
}

/** Records by partition, asked of Kafka's own tool. */
async function ends(topic: string): Promise<number[]> {
  const { stdout } = await java('org.apache.kafka.tools.GetOffsetShell', withBootstrap(['--topic', topic]))
  return [...stdout.matchAll(/:(\d+)$/gm)].map(([, offset]) => Number(offset))
}

const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0)

describe('kt perf producer', () => {
  it('counts what is in the topic: records, bytes, intervals, in one process and in several', async () => {
    const topic = uniqueName('perf')
    const sized = ['--record-size', '20..60', '--key-size', '5', '--keys', '40', '--headers', '2']
    const args = ['producer', topic, '--partitions', '3', ...sized, '--reporting-interval', '100']
    const one = await perf([...args, '--num-records', '20000', '--warmup-records', '5000'])
    const two = await perf([...args, '--num-records', '15001', '--workers', '2'])
    expect([one.records, one.warmup!.records, one.total!.records, two.records]).toEqual([
      15_000, 5000, 20_000, 15_001,
    ])
    for (const { intervals, total, records, bytes } of [one, two]) {
      expect(sum(intervals.map((interval) => interval.records))).toBe(total?.records ?? records)
      expect(sum(intervals.map((interval) => interval.bytes))).toBe(total?.bytes ?? bytes)
    }
    const offsets = await ends(topic)
    expect([offsets.length, sum(offsets)]).toEqual([3, 35_001])
    const read = await perf(['consumer', topic, '--num-records', '35001'])
    expect([read.records, read.bytes]).toEqual([35_001, one.total!.bytes + two.bytes])
  })

  it.each(runtimes)('ends quietly when nobody reads its lines any more, %s', async (runtime) => {
    const topic = await newTopic('unheard')
    const load = [
      '--duration',
      '10m',
      '--throughput',
      '1000',
      '--reporting-interval',
      '50',
      '--output',
      'java',
    ]
    const run = spawnKt(withBootstrap(['perf', 'producer', topic, ...load]), { runtime })
    const said = buffer(run.stderr)
    await once(run.stdout, 'data')
    run.stdout.destroy()
    expect([(await once(run, 'exit'))[0], String(await said)]).toEqual([0, ''])
  })

  it('sends no record before its time', async () => {
    const topic = await newTopic('perf')
    const load = ['--num-records', '6000', '--throughput', '3000']
    const { recordsPerSec, elapsedMs, records } = await perf(['producer', topic, ...load])
    // How much later they are is the machine's doing: the timetable has a test of its own.
    expect(elapsedMs).toBeGreaterThanOrEqual(1990)
    expect(recordsPerSec).toBeCloseTo((records * 1000) / elapsedMs, 0)
  })

  it('shows a broker that stood still for two seconds, in the longest latency and in p99.9', async () => {
    const cluster = await startCluster()
    try {
      const topic = await newTopic('perf', { bootstrap: cluster.bootstrap })
      const load = ['--throughput', '500', '--duration', '600s']
      const child = spawnKt(
        withBootstrap(['perf', 'producer', topic, ...load, '--output', 'json'], cluster.bootstrap),
      )
      const stdout = buffer(child.stdout)
      child.stderr.resume()
      const stored = () => lengthOf(cluster.bootstrap, topic, 1)
      await eventually(() => expect(stored()).toBeGreaterThan(0))
      const before = stored()
      await cluster.pause(1)
      await new Promise((resolve) => setTimeout(resolve, 2300))
      await cluster.resume(1)
      // All that has waited, and more.
      await eventually(() => expect(stored()).toBeGreaterThan(before + 1500))
      child.kill('SIGINT')
      const { latencyMs } = JSON.parse((await stdout).toString()) as PerfDocument
      expect(latencyMs!.max).toBeGreaterThanOrEqual(2000)
      expect(latencyMs!['p99.9']).toBeGreaterThanOrEqual(2000)
    } finally {
      await cluster.stop()
    }
  })

  it('ends when the topic is deleted, with what there was until then', async () => {
    const topic = await newTopic('perf')
    const load = ['--duration', '600s', '--throughput', '1000', '--reporting-interval', '200']
    const child = spawnKt(withBootstrap(['perf', 'producer', topic, ...load, '--output', 'json']))
    const [stdout, stderr] = [buffer(child.stdout), text(child.stderr)]
    await eventually(() => expect(lengthOf(inject('bootstrap'), topic, 1)).toBeGreaterThan(0))
    expect(await kt(withBootstrap(['topics', 'delete', topic, '--yes']))).toMatchObject({ code: 0 })
    const [code] = (await once(child, 'close')) as [number]
    const { records, failed } = JSON.parse((await stdout).toString()) as PerfDocument
    expect([code, records > 0, failed > 0]).toEqual([1, true, true])
    expect(await stderr).toContain(`topic "${topic}" is gone`)
  })

  it.each(runtimes)(
    'prints the partial result and writes the page when it is interrupted (%s)',
    async (runtime) => {
      const topic = await newTopic('perf')
      const [report, csv] = [join(folder, `${runtime}.html`), join(folder, `${runtime}.csv`)]
      const load = ['--duration', '600s', '--throughput', '1000', '--reporting-interval', '200']
      const words = ['perf', 'producer', topic, ...load, '--report', report, '--csv', csv, '--output', 'json']
      const child = spawnKt(withBootstrap(words), { runtime })
      const stdout = buffer(child.stdout)
      child.stderr.resume()
      await eventually(() => expect(lengthOf(inject('bootstrap'), topic, 1)).toBeGreaterThan(0))
      child.kill('SIGINT')
      const [code] = (await once(child, 'close')) as [number]
      const { isInterrupted, records, failed, intervals } = JSON.parse(
        (await stdout).toString(),
      ) as PerfDocument
      expect([code, isInterrupted, records > 0]).toEqual([130, true, true])
      // A broker that has no time may store what was given up.
      const stored = sum(await ends(topic))
      expect([stored >= records, stored <= records + failed]).toEqual([true, true])
      expect(readFileSync(report, 'utf8')).toContain('uPlot')
      expect(readFileSync(csv, 'utf8').trimEnd().split('\n')).toHaveLength(intervals.length + 1)
    },
  )

  it('sends payloads of a file, numbers, transactions and one after the other', async () => {
    const [topic, file] = [await newTopic('perf'), join(folder, 'payloads.txt')]
    writeFileSync(file, 'one;two;three;')
    const runs = [
      ['--payload-file', file, '--payload-delimiter', ';'],
      ['--payload-monotonic', '--transactional-id', uniqueName('perf'), '--transaction-duration-ms', '50'],
      ['--payload-template', '{{seq}}!', '--sync'],
    ]
    for (const words of runs)
      expect((await perf(['producer', topic, '--num-records', '50', ...words])).records).toBe(50)
    const committed = [
      '--from-beginning',
      '--max-messages',
      '150',
      '--command-property',
      'isolation.level=read_committed',
    ]
    const { stdout } = await kt(withBootstrap(['console-consumer', topic, ...committed]))
    const values = stdout.trimEnd().split('\n')
    expect(values.slice(0, 50).every((value) => ['one', 'two', 'three'].includes(value))).toBe(true)
    expect(values.slice(50, 100)).toEqual(Array.from({ length: 50 }, (_, index) => String(index)))
    expect(values.slice(100)).toEqual(Array.from({ length: 50 }, (_, index) => `${index}!`))
  })

  it.each([
    [['--num-records', '5', '--throughput', '0'], '--throughput takes records per second above 0'],
    [
      ['--num-records', '5', '--warmup-records', '5'],
      'The value for --warmup-records must be strictly fewer',
    ],
    [[], 'how many records?'],
    [['--num-records', '5', '--payload-monotonic', '--record-size', '3'], 'exclude each other'],
    [
      ['--num-records', '5', '--key-size', '1', '--keys', '1000'],
      'there are no 1000 different keys of 1 bytes',
    ],
    [['--num-records', '5', '--payload-file', '/none'], '/none: cannot be read'],
    [['--num-records', '5', '--compare', '/none'], '/none: cannot be read: no such file'],
  ])('refuses %j', async (words, message) => {
    const { code, stderr } = await kt(withBootstrap(['perf', 'producer', 'any', ...words]))
    expect([code, stderr.split('\n')[0]]).toEqual([2, expect.stringContaining(message)])
  })
})

describe('kt perf latency and scenario', () => {
  it('brings every record back, one at a time and by a timetable', async () => {
    const topic = await newTopic('perf', { partitions: 2 })
    const alone = await perf([
      'latency',
      topic,
      '--num-records',
      '200',
      '--record-key-size',
      '4',
      '--num-headers',
      '1',
    ])
    const paced = await perf(['latency', topic, '--num-records', '500', '--throughput', '1000'])
    expect([alone.records, paced.records, sum(await ends(topic))]).toEqual([200, 500, 700])
    expect(alone.latencyMs!.p50).toBeGreaterThan(0)
  })

  it('runs the steps of a file in their order and deletes the topics it made', async () => {
    const [file, topic] = [join(folder, 'steps.yaml'), uniqueName('perf')]
    writeFileSync(
      file,
      `defaults: {topic: ${topic}, num-records: 300}\nsteps:\n  - {name: a, partitions: 1}\n  - {matrix: {acks: [1, all]}}\n  - {run: consumer, num-records: 900}\n  - {run: latency, num-records: 5}\n`,
    )
    const { stdout, code } = await kt(withBootstrap(['perf', 'scenario', file, '--output', 'json']))
    const { steps } = JSON.parse(stdout) as { steps: PerfDocument[] }
    expect([code, steps.map(({ name, records }) => [name, records])]).toEqual([
      0,
      [['a', 300], ['acks=1', 300], ['acks=all', 300], ['consumer', 900], ['latency', 5]],
    ]) // prettier-ignore
    expect((await kt(withBootstrap(['topics', 'list']))).stdout).not.toContain(topic)
  })

  it('deletes no topic that was there before, whether or not it fits the step', async () => {
    const [file, topic] = [join(folder, 'kept.yaml'), await newTopic('perf', { partitions: 2 })]
    for (const [partitions, expected] of [[2, 0], [3, 1]]) {
      writeFileSync(file, `steps: [{ topic: ${topic}, partitions: ${partitions}, num-records: 5 }]\n`)
      expect((await kt(withBootstrap(['perf', 'scenario', file]))).code).toBe(expected)
      expect(sum(await ends(topic))).toBe(5)
    }
  }) // prettier-ignore

  it('deletes the topics it made after an interrupt too', async () => {
    const [file, topic] = [join(folder, 'interrupted.yaml'), uniqueName('perf')]
    writeFileSync(file, `steps: [{ topic: ${topic}, partitions: 1, duration: 10m, throughput: 100 }]\n`)
    const run = spawnKt(withBootstrap(['perf', 'scenario', file]))
    run.stdout.resume()
    await eventually(async () => expect(sum(await ends(topic))).toBeGreaterThan(0))
    run.kill('SIGINT')
    expect((await once(run, 'exit'))[0]).toBe(130)
    expect((await kt(withBootstrap(['topics', 'list']))).stdout).not.toContain(topic)
  })

  it('gives its --timeout to its steps', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const file = join(folder, 'silent.yaml')
    writeFileSync(file, 'steps: [{ topic: any, num-records: 5 }]\n')
    const args = ['perf', 'scenario', file, '--timeout', '300', '--bootstrap-server', `127.0.0.1:${port}`]
    const { code, stderr } = await kt(args)
    silent.close()
    expect([code, stderr]).toEqual([3, expect.stringContaining('answered nothing within 300 ms')])
  })
})

describe.skipIf(CHROMIUM === undefined)('the page, in Chromium', () => {
  it('has its data in its charts, and asks nobody for anything', async () => {
    const topic = await newTopic('perf')
    const [old, page] = [join(folder, 'old.json'), join(folder, 'page.html')]
    const load = [
      'producer',
      topic,
      '--throughput',
      '5000',
      '--num-records',
      '5000',
      '--reporting-interval',
      '200',
    ]
    writeFileSync(old, JSON.stringify(await perf(load)))
    const { intervals, percentiles } = await perf([...load, '--report', page, '--compare', old])
    const html = readFileSync(page, 'utf8')
    expect(html).not.toMatch(/(src|href)=|https?:\/\/(?!www\.w3\.org)[^\s"']*\.(js|css)/)
    const probe = `<script>
      const seen = {}
      for (const [id, chart] of ktCharts) seen[id] = chart.data.map((column) => column.filter((value) => value != null).length)
      const pixels = [...document.querySelectorAll('canvas')].map((one) => one.getContext('2d').getImageData(0, 0, one.width, one.height).data.some((value) => value !== 0))
      document.body.innerHTML = '<pre>' + JSON.stringify({ seen, pixels }) + '</pre>'
    </script></body>`
    writeFileSync(page, html.replace('</body>', probe))
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=3000', '--dump-dom']
    const { stdout } = spawnSync(CHROMIUM!, [...flags, `file://${page}`], {
      encoding: 'utf8',
      timeout: HANGS_AFTER_MS,
    })
    const { seen, pixels } = JSON.parse(/<pre>(.*?)<\/pre>/.exec(stdout)![1]!) as {
      seen: Record<string, number[]>
      pixels: boolean[]
    }
    const count = intervals.length
    expect(seen.throughput).toEqual([count, count, count])
    expect(seen.latency).toEqual([count, count, count, count])
    expect(seen.curve![1]).toBe(percentiles.filter(({ percentile }) => percentile < 100).length)
    expect(seen.curve).toHaveLength(3)
    expect(pixels).toEqual([true, true, true])
  })
})

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  return (await buffer(stream)).toString()
}

describe('a setting in a file', () => {
  it('counts more than what an option is where nobody gives it, and less than one that is given', async () => {
    const topic = await newTopic('perf')
    await perf(['producer', topic, '--num-records', '10'])
    const file = join(folder, 'own.properties')
    writeFileSync(file, 'max.partition.fetch.bytes=70000\ngroup.protocol=consumer\n')
    const config = ['--command-config', file]
    const sizes = ['consumer', topic, '--num-records', '10']
    const runs = [[...sizes], [...sizes, ...config], [...sizes, ...config, '--fetch-size', '5000']]
    const found = await Promise.all(runs.map(async (words) => (await perf(words)).settings))
    expect(found.map((settings) => settings['max.partition.fetch.bytes'])).toEqual([1_048_576, 70_000, 5000])
    const group = uniqueName('verifiable')
    const member = ['perf', 'verifiable-consumer', '--topic', topic, '--group-id', group]
    await kt(withBootstrap([...member, ...config, '--max-messages', '10']))
    const listed = await kt(withBootstrap(['groups', 'list', group, '--output', 'json']))
    expect(JSON.parse(listed.stdout)).toMatchObject({ groups: [{ groupId: group, type: 'Consumer' }] })
  })
})
