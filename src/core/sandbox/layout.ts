/** Where things lie in a sandbox's folder. */
import { join } from 'node:path'

export interface NodeLayout {
  dir: string
  dataDir: string
  propertiesFile: string
  log4j1File: string
  log4j2File: string
  jvmArgsFile: string
  /** The broker's own log. */
  logFile: string
  /** What the JVM itself says, e.g. that it found no memory. */
  stdoutFile: string
}

export function stateFile(dir: string): string {
  return join(dir, 'state.json')
}

export function nodeLayout(dir: string, id: number): NodeLayout {
  const nodeDir = join(dir, `node-${id}`)
  return {
    dir: nodeDir,
    dataDir: join(nodeDir, 'data'),
    propertiesFile: join(nodeDir, 'server.properties'),
    log4j1File: join(nodeDir, 'log4j.properties'),
    log4j2File: join(nodeDir, 'log4j2.properties'),
    jvmArgsFile: join(nodeDir, 'jvm.args'),
    logFile: join(nodeDir, 'server.log'),
    stdoutFile: join(nodeDir, 'stdout.log'),
  }
}

/** What stands in the command line of every JVM of the sandbox, and of no other process. watchdog.ts spells it again in sh. */
export function clusterToken(dir: string): string {
  return `@${dir}/node-`
}

export function nodeToken(dir: string, id: number): string {
  return `@${nodeLayout(dir, id).jvmArgsFile}`
}
