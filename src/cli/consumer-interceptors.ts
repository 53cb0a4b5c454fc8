/** `--interceptor ./module.mjs` for consumers: sees each record before it is printed, and each commit. */
import type { ConsumeInterceptor } from '../core/consumer/consume-interceptors.ts'
import type { GroupEvent } from '../core/group/events.ts'
import { closeModules, guarded, loadModule } from './modules.ts'

/** An offset that a group has committed: the next one to read. */
export interface CommittedOffset {
  topic: string
  partition: number
  offset: number
}

/** What a consumer's interceptor module may export; at least one of the functions. */
export interface ConsumerInterceptorModule extends Required<ConsumeInterceptor> {
  onCommit(offsets: readonly CommittedOffset[]): void
  close(): void | Promise<void>
}

export interface ConsumerInterceptors {
  onConsume: ConsumeInterceptor[]
  onEvent(event: GroupEvent): void
  close(): Promise<void>
}

/** Throws UsageError for a module that is missing or exports none of the functions. */
export async function consumerInterceptors(paths: readonly string[]): Promise<ConsumerInterceptors> {
  const names = ['onConsume', 'onConsumeBatch', 'onCommit', 'close'] as const
  const modules = await Promise.all(
    paths.map(async (path) => ({ path, ...(await loadModule<ConsumerInterceptorModule>(path, names)) })),
  )
  return {
    onConsume: modules
      .filter(({ onConsume, onConsumeBatch }) => (onConsume ?? onConsumeBatch) !== undefined)
      .map(({ path, onConsume, onConsumeBatch }) => ({
        onConsume: onConsume && guarded(path, 'onConsume', onConsume),
        onConsumeBatch: onConsumeBatch && guarded(path, 'onConsumeBatch', onConsumeBatch),
      })),
    onEvent: (event) => {
      if (event.name !== 'offsets_committed' || event.error !== undefined) return
      const offsets = event.offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset }))
      for (const { path, onCommit } of modules)
        if (onCommit !== undefined) guarded(path, 'onCommit', onCommit)(offsets)
    },
    close: () => closeModules(modules),
  }
}
