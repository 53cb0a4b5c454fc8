/** A console consumer as a process of its own, seen through what it prints. */
import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { expect } from 'vitest'
import { type KtOptions, spawnKt } from './cli.ts'
import { eventually } from './eventually.ts'

export interface MemberEvent {
  timestamp: number
  name: 'partitions_assigned' | 'partitions_revoked' | 'partitions_lost' | 'offsets_committed'
  partitions?: { topic: string; partition: number }[]
  offsets?: { topic: string; partition: number; offset: number }[]
  success?: boolean
}

export class GroupMember {
  readonly lines: string[] = []
  readonly events: MemberEvent[] = []
  /** What stands on stderr beside the events. */
  said = ''
  code: number | null | undefined
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly closed: Promise<number | null>

  constructor(args: readonly string[], options?: KtOptions) {
    this.child = spawnKt(['console-consumer', ...args, '--enable-systest-events'], options)
    eachLine(this.child.stdout, (line) => this.lines.push(line))
    eachLine(this.child.stderr, (line) => {
      if (line.startsWith('{"timestamp"')) this.events.push(JSON.parse(line) as MemberEvent)
      else this.said += `${line}\n`
    })
    this.closed = new Promise((resolve) => {
      this.child.once('close', (code) => resolve((this.code = code)))
    })
  }

  /** The records among its lines. */
  get records(): string[] {
    return this.lines.filter((line) => line !== 'shutdown_complete')
  }

  /** topic-partition of all that it has now. */
  get partitions(): string[] {
    const held = new Set<string>()
    for (const { name, partitions = [] } of this.events)
      for (const one of partitions) {
        const id = `${one.topic}-${one.partition}`
        if (name === 'partitions_assigned') held.add(id)
        else held.delete(id)
      }
    return [...held].sort()
  }

  named(name: MemberEvent['name']): MemberEvent[] {
    return this.events.filter((event) => event.name === name)
  }

  /** Resolves when it has ended. */
  async signal(name: NodeJS.Signals): Promise<void> {
    this.child.kill(name)
    await this.closed
  }
}

export async function holds(member: GroupMember, count: number): Promise<void> {
  await eventually(() => expect(member.partitions, member.said).toHaveLength(count))
}

function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    lines.forEach(take)
  })
}
