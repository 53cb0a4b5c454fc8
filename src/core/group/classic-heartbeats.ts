/** Heartbeats of the classic protocol: in a rhythm of their own, on a connection of their own, whatever else goes on. */
import { isPassing } from '../cluster/failure.ts'
import type { Pause } from '../cluster/pause.ts'
import { errorOf } from '../protocol/errors.ts'
import * as requests from './classic-requests.ts'
import type { CoordinatorLink } from './coordinator-link.ts'
import { isStuck, type MemberTasks } from './member-tasks.ts'
import type { MemberIdentity, MembershipHooks } from './membership.ts'
import type { GroupOptions } from './options.ts'

/** What heartbeats ask of the membership they keep alive. */
export interface Heartbeating {
  /** undefined: nobody to beat for. While JoinGroup is awaited the coordinator counts that as life. */
  identity(): MemberIdentity | undefined
  /** The coordinator has answered with an error. */
  refused(code: number, name: string): void
  /** Nothing could be written for too long. */
  leaveStuck(): Promise<void>
}

export class ClassicHeartbeats {
  readonly #link: CoordinatorLink
  readonly #options: GroupOptions
  readonly #hooks: MembershipHooks
  readonly #tasks: MemberTasks
  readonly #pause: Pause
  #dueAtMs = 0

  constructor(link: CoordinatorLink, options: GroupOptions, hooks: MembershipHooks, tasks: MemberTasks) {
    this.#link = link
    this.#options = options
    this.#hooks = hooks
    this.#tasks = tasks
    this.#pause = tasks.newPause()
  }

  /** There is somebody to beat for. */
  wake(): void {
    this.#pause.wake()
  }

  async run(member: Heartbeating): Promise<void> {
    const { heartbeatIntervalMs, retryBackoffMs } = this.#options
    while (!this.#tasks.isStopped) {
      const waitMs = this.#dueAtMs - Date.now()
      const identity = member.identity()
      if (identity === undefined || waitMs > 0) {
        await this.#pause.wait(waitMs > 0 ? waitMs : heartbeatIntervalMs)
        continue
      }
      this.#dueAtMs = Date.now() + heartbeatIntervalMs
      if (isStuck(this.#hooks, this.#options)) await member.leaveStuck()
      else if (!(await this.#beat(identity, member)))
        this.#dueAtMs = Date.now() + Math.min(heartbeatIntervalMs, retryBackoffMs)
    }
  }

  /** False: the coordinator was not reached. */
  async #beat(identity: MemberIdentity, member: Heartbeating): Promise<boolean> {
    let errorCode: number
    try {
      ;({ errorCode } = await requests.heartbeat(this.#link, this.#options, identity))
    } catch (error) {
      if (!isPassing(error)) throw error
      return false
    }
    // The answer is about who we were when we asked.
    const isStale = this.#tasks.isStopped || member.identity()?.generation !== identity.generation
    if (errorCode !== 0 && !isStale) member.refused(errorCode, errorOf(errorCode).name)
    return true
  }
}
