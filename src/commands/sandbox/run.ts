import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, realpath } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineCommand } from '../../cli/command.ts'
import { count, properties, text } from '../../cli/options.ts'
import { InterruptedError, KtError, UsageError } from '../../core/errors.ts'
import { start } from '../../core/sandbox/start.ts'
import { stop } from '../../core/sandbox/stop.ts'
import { DEFAULT_KAFKA_VERSION } from '../../core/sandbox/types.ts'
import { cacheDirOf, commandsOf, kafkaHomeOf } from './shared.ts'

/** Ends kt with the code of COMMAND, which has said itself what there is to say. */
class CommandFailed extends KtError {
  override readonly exitCode: number
  constructor(exitCode: number) {
    super('')
    this.exitCode = exitCode
  }
}

export default defineCommand({
  description:
    'Starts a throw-away cluster on free ports, runs COMMAND with KT_BOOTSTRAP_SERVER set, deletes the cluster ' +
    'and ends with the exit code of COMMAND.',
  options: {
    nodes: count('how many brokers', { min: 1, max: 9, default: 1 }),
    'kafka-version': text('which Apache Kafka', { placeholder: 'VERSION', default: DEFAULT_KAFKA_VERSION }),
    'kafka-home': text('an unpacked Kafka distribution to run instead', { placeholder: 'DIR' }),
    config: properties('a broker property, for all nodes'),
  },
  operands: [{ name: 'command', summary: 'what to run, after --', isRequired: true, isVariadic: true }],
  examples: [
    { line: 'kt sandbox run -- npm test', does: 'tests against a broker of their own' },
    { line: `kt sandbox run --nodes 3 -- sh -c 'kt topics list'`, does: 'a shell line against three' },
  ],
  async run({ nodes, kafkaVersion, kafkaHome, config, command }, context) {
    const cacheDir = cacheDirOf(context.env)
    const dir = await mkdtemp(join(await realpath(tmpdir()), 'kt-sandbox-'))
    context.onExit(async () => void (await stop({ dir, cacheDir, isDeleted: true })))
    const progress = await context.progress('starting a throw-away sandbox')
    const { bootstrapServers } = await start({
      dir,
      cacheDir,
      nodes,
      port: 'free',
      kafkaVersion,
      kafkaHome: kafkaHomeOf(kafkaHome),
      config,
      isOwned: true,
      isThrowAway: true,
      commands: commandsOf(context.env),
      signal: context.signal,
      onStep: (step) => progress.say(step),
    }).finally(() => progress.stop())
    const env = { ...context.env, KT_BOOTSTRAP_SERVER: bootstrapServers }
    const exitCode = await runCommand(command as string[], env, context.signal)
    if (exitCode !== 0) throw new CommandFailed(exitCode)
  },
})

function runCommand(words: string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<number> {
  const [file = '', ...args] = words
  const child = spawn(file, args, { env, stdio: 'inherit' })
  const passOn = () => passSignalOn(child, signal.reason)
  signal.addEventListener('abort', passOn)
  return new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new UsageError(`"${file}" cannot be run: ${cause.message}`, { cause }))
    })
    child.once('exit', (code, name) => resolve(code ?? 128 + constants.signals[name ?? 'SIGKILL']))
  }).finally(() => signal.removeEventListener('abort', passOn))
}

/** A terminal sends Ctrl-C to COMMAND itself; a second one would be more than was asked for. */
function passSignalOn(child: ChildProcess, reason: unknown): void {
  const isInterrupt = reason instanceof InterruptedError && reason.exitCode === 130
  if (isInterrupt && process.stdin.isTTY) return
  child.kill(isInterrupt ? 'SIGINT' : 'SIGTERM')
}
