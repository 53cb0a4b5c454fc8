/** How each tool is started. Java as Kafka's scripts start it (bin/kafka-run-class.sh), without the scripts' own shell. */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const libs = `${process.env.XDG_CACHE_HOME || `${homedir()}/.cache`}/kt/kafka`
const JAVA_FLAGS = [
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
  '-Djava.awt.headless=true',
  '-Dlog4j2.level=OFF',
]

export function javaTool(kafkaVersion, mainClass, heap = '256M') {
  return ['java', `-Xmx${heap}`, ...JAVA_FLAGS, '-cp', `${libs}/${kafkaVersion}/libs/*`, mainClass]
}

export const kt = [`${root}bin/kt`]
export const ktOnNode = [process.execPath, `${root}dist/kt.cjs`]
export const bareNode = [process.execPath, '-e', '0']
export const hasKcat = spawnSync('kcat', ['-V']).status === 0

const bun = createRequire(import.meta.url)
  .resolve('bun/package.json')
  .replace('package.json', 'bin/bun.exe')
export const limit = [bun, `${root}bench/limit.ts`]
export const limitOfCopy = [bun, `${root}bench/limit-copy.ts`]
export const limitOfTransactions = [bun, `${root}bench/limit-transactions.ts`]

export function versions(kafkaVersion) {
  return {
    Node: process.version.slice(1),
    Bun: firstLine(bun, ['--version']),
    Java: /"(.+?)"/.exec(spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr)?.[1],
    Kafka: kafkaVersion,
    kcat: hasKcat
      ? /Version (.+?)[\s(]/.exec(spawnSync('kcat', ['-V'], { encoding: 'utf8' }).stdout)?.[1]
      : 'none',
  }
}

function firstLine(file, args) {
  return spawnSync(file, args, { encoding: 'utf8' }).stdout.split('\n')[0]
}
