import { inject, describe, expect, it } from 'vitest'
import { kt } from '../support/cli.ts'
import { newTopic } from '../support/console.ts'
import { java } from '../support/java.ts'
import { uniqueName } from '../support/names.ts'

const bootstrap = () => inject('bootstrap')

/** As Kafka's script of this name: both say the same but for the numbers. */
async function both(
  script: string,
  tool: string,
  args: readonly string[],
): Promise<[theirs: string, ours: string]> {
  const all = [...args, '--bootstrap-server', bootstrap()]
  const theirs = await java(`org.apache.kafka.tools.${tool}`, all)
  const ours = await kt(['--invoked-as', `${script}.sh`, ...all])
  expect([theirs.code, ours.code]).toEqual([0, 0])
  return [theirs.stdout, ours.stdout]
}

/** Digits before a point are one N, those behind it stay as many as they are. */
function shape(text: string): string {
  return text.replace(/\d+(?:\.(\d+))?/g, (_, digits: string | undefined) =>
    digits === undefined ? 'N' : `N.${'n'.repeat(digits.length)}`,
  )
}

describe('beside Kafka’s performance tools', () => {
  it('the producer prints the same lines, for the run, the warm-up and the steady state', async () => {
    const topic = await newTopic('perf')
    const load = ['--topic', topic, '--num-records', '3000', '--throughput', '1500', '--record-size', '50']
    const args = [...load, '--warmup-records', '1000', '--reporting-interval', '600']
    const [theirs, ours] = await both('kafka-producer-perf-test', 'ProducerPerformance', args)
    const kinds = (text: string) => [...new Set(shape(text).trimEnd().split('\n'))].sort()
    expect(kinds(theirs)).toHaveLength(5)
    expect(kinds(ours)).toEqual(kinds(theirs))
    expect(ours).toContain('3000 records sent')
    expect(ours).toContain('2000 steady state records sent')
  })

  it('the producer takes the words of older versions, several properties behind one of them', async () => {
    const topic = await newTopic('perf')
    const words = ['--topic', topic, '--num-records', '10', '--throughput', '-1', '--payload-monotonic']
    const properties = ['--producer-props', `bootstrap.servers=${bootstrap()}`, 'acks=1', 'linger.ms=0']
    const { stdout, code } = await kt([
      '--invoked-as',
      'kafka-producer-perf-test.sh',
      ...words,
      ...properties,
    ])
    expect([code, shape(stdout.split(',')[0]!)]).toEqual([0, 'N records sent'])
  })

  it('the consumer prints the same lines, and counts the same', async () => {
    const topic = await newTopic('perf')
    const sent = ['perf', 'producer', topic, '--num-records', '5000', '--bootstrap-server', bootstrap()]
    expect(await kt(sent)).toMatchObject({ code: 0 })
    const args = ['--topic', topic, '--num-records', '5000']
    const [theirs, ours] = await both('kafka-consumer-perf-test', 'ConsumerPerformance', args)
    expect(shape(ours)).toBe(shape(theirs))
    const counts = (text: string) =>
      text
        .trimEnd()
        .split('\n')[1]!
        .split(', ')
        .filter((_, index) => index === 2 || index === 4)
    expect(counts(ours)).toEqual(counts(theirs))
    const { stdout } = await kt([
      ...[
        '--invoked-as',
        'kafka-consumer-perf-test.sh',
        '--topic',
        topic,
        '--messages',
        '9000',
        '--timeout',
        '500',
      ],
      ...['--show-detailed-stats', '--hide-header', '--bootstrap-server', bootstrap()],
    ])
    expect(stdout).toMatch(
      /^WARNING: Exiting before consuming the expected number of records: timeout \(500 ms\)/m,
    )
  })

  it('the round trips print the same lines, with named options and with words by their place', async () => {
    const topic = await newTopic('perf')
    const named = ['--topic', topic, '--num-records', '5', '--producer-acks', 'all', '--record-size', '20']
    const [theirs, ours] = await both('kafka-e2e-latency', 'EndToEndLatency', named)
    const tripless = (text: string) => shape(text).replace(/^N\tN.*\n/m, 'trip\n')
    expect(tripless(ours)).toBe(tripless(theirs))
    const placed = ['--invoked-as', 'kafka-e2e-latency.sh', bootstrap(), topic, '5', '1', '20']
    expect(tripless((await kt(placed)).stdout)).toBe(tripless(theirs))
  })

  it('the verifiable producer and consumer tell the same events with the same keys', async () => {
    const topics = [await newTopic('perf'), await newTopic('perf')]
    const group = uniqueName('perf')
    const run = async (index: number, isJava: boolean) => {
      const produce = [
        '--topic',
        topics[index]!,
        '--max-messages',
        '4',
        '--repeating-keys',
        '2',
        '--value-prefix',
        '7',
      ]
      const consume = [
        '--topic',
        topics[index]!,
        '--group-id',
        `${group}-${index}`,
        '--max-messages',
        '4',
        '--verbose',
      ]
      const told = [
        [['VerifiableProducer', 'kafka-verifiable-producer.sh'], produce],
        [['VerifiableConsumer', 'kafka-verifiable-consumer.sh'], consume],
      ] as const
      const lines: string[] = []
      for (const [[tool, script], words] of told) {
        const all = [...words, '--bootstrap-server', bootstrap()]
        const { stdout } = isJava
          ? await java(`org.apache.kafka.tools.${tool}`, all)
          : await kt(['--invoked-as', script, ...all])
        lines.push(...stdout.trimEnd().split('\n'))
      }
      return (
        lines
          .map((line) =>
            line
              .replace(/"timestamp":\d+/, '"timestamp":"N"')
              .replace(/"avg_throughput":[\d.]+/, '"avg_throughput":"N"'),
          )
          // Jackson's order of the keys is that of the JVM's reflection: it changes from run to run.
          .map((line) => JSON.parse(line.replaceAll(topics[index]!, 'TOPIC')) as unknown)
      )
    }
    const theirs = await run(0, true)
    expect(theirs).toHaveLength(18)
    expect(await run(1, false)).toEqual(theirs)
  })
})
