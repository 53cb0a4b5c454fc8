import { defineCommand } from '../../cli/command.ts'
import { count, properties, text } from '../../cli/options.ts'
import type { Context } from '../../cli/context.ts'
import { startNode } from '../../core/sandbox/nodes.ts'
import { start } from '../../core/sandbox/start.ts'
import { DEFAULT_KAFKA_VERSION } from '../../core/sandbox/types.ts'
import {
  cacheDirOf,
  commandsOf,
  dirOption,
  kafkaHomeOf,
  nodeIdOf,
  nodeOperand,
  sandboxDirOf,
} from './shared.ts'

const MAX_PORT = 65_535

export default defineCommand({
  description:
    'Runs Apache Kafka on 127.0.0.1 until `kt sandbox stop`, with jars that Maven gets once. Topics survive ' +
    'a stop. With NODE it starts that node again after `kt sandbox kill NODE`.',
  options: {
    nodes: count('how many brokers (default 1, or as many as before)', { min: 1, max: 9 }),
    port: count('port of node 1; the others follow (default 9092)', {
      min: 1,
      max: MAX_PORT,
      placeholder: 'PORT',
    }),
    dir: dirOption,
    'kafka-version': text(`which Apache Kafka (default ${DEFAULT_KAFKA_VERSION})`, {
      placeholder: 'VERSION',
    }),
    'kafka-home': text('an unpacked Kafka distribution to run instead', { placeholder: 'DIR' }),
    config: properties('a broker property, for all nodes'),
  },
  operands: [nodeOperand],
  examples: [
    { line: 'kt sandbox start', does: 'one broker on port 9092' },
    { line: 'kt sandbox start --nodes 3 --config min.insync.replicas=2', does: 'three, on 9092 to 9094' },
    { line: 'eval "$(kt sandbox start)"', does: 'and let kt find it: sets KT_BOOTSTRAP_SERVER' },
  ],
  async run({ nodes, port, dir: rawDir, kafkaVersion, kafkaHome, config, node }, context) {
    const dir = sandboxDirOf(rawDir, context.env)
    if (node !== undefined) return startOne(dir, nodeIdOf(node), context)
    const progress = await context.progress('starting the sandbox')
    context.onExit(() => progress.stop())
    const sandbox = await start({
      dir,
      cacheDir: cacheDirOf(context.env),
      nodes,
      port,
      kafkaVersion,
      kafkaHome: kafkaHomeOf(kafkaHome),
      config: Object.keys(config).length > 0 ? config : undefined,
      commands: commandsOf(context.env),
      signal: context.signal,
      onStep: (step) => progress.say(step),
    })
    progress.done(`Kafka ${sandbox.kafkaVersion} runs at ${sandbox.bootstrapServers}`)
    context.out.message({ sandbox }, `export KT_BOOTSTRAP_SERVER=${sandbox.bootstrapServers}`)
  },
})

async function startOne(dir: string, id: number, context: Context): Promise<void> {
  const progress = await context.progress(`starting node ${id}`)
  context.onExit(() => progress.stop())
  await startNode(dir, id, { signal: context.signal })
  progress.done(`node ${id} runs again`)
}
