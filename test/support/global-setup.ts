import type { TestProject } from 'vitest/node'
import { startCluster } from './cluster.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** host:port of the one-node cluster that all integration tests share. */
    bootstrap: string
  }
}

/** One broker for the whole integration project; tests keep apart by their topics' names. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster()
  project.provide('bootstrap', cluster.bootstrap)
  return () => cluster.stop()
}
