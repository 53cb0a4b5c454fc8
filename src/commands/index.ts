/**
 * THE table of commands: everything that help, completion and the drop-in names need to know without
 * loading a command. A new command is one file and one line here.
 */
import type { Command } from '../cli/command.ts'

export interface Leaf {
  /** The words of it: `['topics', 'create']`, `['console-producer']`. */
  path: readonly [string] | readonly [string, string]
  summary: string
  /** Kafka's script that this replaces, without `.sh`. */
  script?: string
  /** The flag of that script which chooses this action, e.g. `--create`. */
  actionFlag?: string
  /** Other scripts of Kafka that it stands in for, and what their names say besides their words. */
  alsoFor?: readonly ScriptUse[]
  load: () => Promise<{ default: Command }>
}

export interface ScriptUse {
  script: string
  /** `--list`, or `--validate-regex REGEX` where its value is the operand; absent: the whole script. */
  actionFlag?: string | undefined
  words?: readonly string[]
}

export interface Noun {
  name: string
  summary: string
  group: string
}

export const nouns: readonly Noun[] = [
  { name: 'topics', summary: 'create, list, describe, alter and delete topics', group: 'Topics and records' },
  {
    name: 'groups',
    summary: 'list, describe, reset and delete groups: consumer, share and streams',
    group: 'Groups and offsets',
  },
  {
    name: 'offsets',
    summary: 'what Kafka keeps about groups and their offsets',
    group: 'Groups and offsets',
  },
  { name: 'perf', summary: 'measure how fast a cluster is, and how late', group: 'Topics and records' },
  { name: 'transactions', summary: 'what Kafka keeps about transactions', group: 'Groups and offsets' },
  { name: 'share-groups', summary: 'what Kafka keeps about share groups', group: 'Groups and offsets' },
  { name: 'sandbox', summary: 'a real Apache Kafka on this machine, without Docker', group: 'This machine' },
]

export const leaves: readonly Leaf[] = [
  {
    path: ['topics', 'list'],
    summary: 'list topics',
    script: 'kafka-topics',
    actionFlag: '--list',
    load: () => import('./topics/list.ts'),
  },
  {
    path: ['topics', 'describe'],
    summary: 'show partitions, replicas and configs',
    script: 'kafka-topics',
    actionFlag: '--describe',
    load: () => import('./topics/describe.ts'),
  },
  {
    path: ['topics', 'create'],
    summary: 'create topics',
    script: 'kafka-topics',
    actionFlag: '--create',
    load: () => import('./topics/create.ts'),
  },
  {
    path: ['topics', 'alter'],
    summary: 'add partitions',
    script: 'kafka-topics',
    actionFlag: '--alter',
    load: () => import('./topics/alter.ts'),
  },
  {
    path: ['topics', 'delete'],
    summary: 'delete topics',
    script: 'kafka-topics',
    actionFlag: '--delete',
    load: () => import('./topics/delete.ts'),
  },
  {
    path: ['console-producer'],
    summary: 'lines from stdin or a file to a topic',
    script: 'kafka-console-producer',
    load: () => import('./console-producer.ts'),
  },
  {
    path: ['console-consumer'],
    summary: 'records of topics to stdout',
    script: 'kafka-console-consumer',
    load: () => import('./console-consumer.ts'),
  },
  {
    path: ['copy'],
    summary: 'a topic to another topic, or to another cluster',
    load: () => import('./copy.ts'),
  },
  {
    path: ['get-offsets'],
    summary: 'offsets of partitions: first, end, or at a time',
    script: 'kafka-get-offsets',
    load: () => import('./get-offsets.ts'),
  },
  {
    path: ['delete-records'],
    summary: 'forget the oldest records of partitions',
    script: 'kafka-delete-records',
    load: () => import('./delete-records.ts'),
  },
  {
    path: ['groups', 'list'],
    summary: 'list groups of all types',
    script: 'kafka-consumer-groups',
    actionFlag: '--list',
    alsoFor: [
      { script: 'kafka-groups', actionFlag: '--list', words: ['--as=kafka-groups'] },
      { script: 'kafka-share-groups', actionFlag: '--list', words: ['--as=kafka-share-groups'] },
      { script: 'kafka-streams-groups', actionFlag: '--list', words: ['--as=kafka-streams-groups'] },
    ],
    load: () => import('./groups/list.ts'),
  },
  {
    path: ['groups', 'describe'],
    summary: 'show offsets and lag, members or state',
    script: 'kafka-consumer-groups',
    actionFlag: '--describe',
    alsoFor: [
      { script: 'kafka-share-groups', actionFlag: '--describe', words: ['--as=kafka-share-groups'] },
      { script: 'kafka-streams-groups', actionFlag: '--describe', words: ['--as=kafka-streams-groups'] },
    ],
    load: () => import('./groups/describe.ts'),
  },
  {
    path: ['offsets', 'dump'],
    summary: 'show what is in __consumer_offsets',
    load: () => import('./offsets/dump.ts'),
  },
  {
    path: ['perf', 'producer'],
    summary: 'send generated records and time each of them',
    script: 'kafka-producer-perf-test',
    load: () => import('./perf/producer.ts'),
  },
  {
    path: ['perf', 'consumer'],
    summary: 'read records and tell how many a second came',
    script: 'kafka-consumer-perf-test',
    load: () => import('./perf/consumer.ts'),
  },
  {
    path: ['perf', 'latency'],
    summary: 'records there and back, and how long that takes',
    script: 'kafka-e2e-latency',
    load: () => import('./perf/latency.ts'),
  },
  {
    path: ['perf', 'scenario'],
    summary: 'run the steps of a file and compare them',
    load: () => import('./perf/scenario.ts'),
  },
  {
    path: ['perf', 'verifiable-producer'],
    summary: 'send numbers and tell which were acknowledged',
    script: 'kafka-verifiable-producer',
    load: () => import('./perf/verifiable-producer.ts'),
  },
  {
    path: ['perf', 'verifiable-consumer'],
    summary: 'read as a member of a group and tell what happens',
    script: 'kafka-verifiable-consumer',
    load: () => import('./perf/verifiable-consumer.ts'),
  },
  {
    path: ['transactions', 'dump'],
    summary: 'show what is in __transaction_state',
    load: () => import('./transactions/dump.ts'),
  },
  {
    path: ['share-groups', 'dump'],
    summary: 'show what is in __share_group_state',
    load: () => import('./share-groups/dump.ts'),
  },
  {
    path: ['dump-log'],
    summary: 'show what is in the files of a log',
    script: 'kafka-dump-log',
    load: () => import('./dump-log.ts'),
  },
  {
    path: ['groups', 'reset-offsets'],
    summary: 'move where groups go on reading',
    script: 'kafka-consumer-groups',
    actionFlag: '--reset-offsets',
    alsoFor: [
      { script: 'kafka-share-groups', actionFlag: '--reset-offsets', words: ['--as=kafka-share-groups'] },
      { script: 'kafka-streams-groups', actionFlag: '--reset-offsets', words: ['--as=kafka-streams-groups'] },
    ],
    load: () => import('./groups/reset-offsets.ts'),
  },
  {
    path: ['groups', 'delete'],
    summary: 'delete groups with their offsets',
    script: 'kafka-consumer-groups',
    actionFlag: '--delete',
    alsoFor: [
      { script: 'kafka-share-groups', actionFlag: '--delete', words: ['--as=kafka-share-groups'] },
      { script: 'kafka-streams-groups', actionFlag: '--delete', words: ['--as=kafka-streams-groups'] },
    ],
    load: () => import('./groups/delete.ts'),
  },
  {
    path: ['groups', 'delete-offsets'],
    summary: 'delete offsets of a group for topics',
    script: 'kafka-consumer-groups',
    actionFlag: '--delete-offsets',
    alsoFor: [
      { script: 'kafka-share-groups', actionFlag: '--delete-offsets', words: ['--as=kafka-share-groups'] },
      {
        script: 'kafka-streams-groups',
        actionFlag: '--delete-offsets',
        words: ['--as=kafka-streams-groups'],
      },
    ],
    load: () => import('./groups/delete-offsets.ts'),
  },
  {
    path: ['groups', 'remove-members'],
    summary: 'send members away',
    load: () => import('./groups/remove-members.ts'),
  },
  {
    path: ['groups', 'validate-regex'],
    summary: 'check a regular expression for subscriptions',
    script: 'kafka-consumer-groups',
    actionFlag: '--validate-regex REGEX',
    load: () => import('./groups/validate-regex.ts'),
  },
  {
    path: ['sandbox', 'start'],
    summary: 'start a cluster, or a node that is down',
    load: () => import('./sandbox/start.ts'),
  },
  {
    path: ['sandbox', 'stop'],
    summary: 'stop the cluster',
    load: () => import('./sandbox/stop.ts'),
  },
  {
    path: ['sandbox', 'status'],
    summary: 'say what runs',
    load: () => import('./sandbox/status.ts'),
  },
  {
    path: ['sandbox', 'logs'],
    summary: 'print the logs of the brokers',
    load: () => import('./sandbox/logs.ts'),
  },
  {
    path: ['sandbox', 'run'],
    summary: 'run a command against a throw-away cluster',
    load: () => import('./sandbox/run.ts'),
  },
  {
    path: ['sandbox', 'kill'],
    summary: 'end a node without warning',
    load: () => import('./sandbox/kill.ts'),
  },
  {
    path: ['sandbox', 'pause'],
    summary: 'make a node hang',
    load: () => import('./sandbox/pause.ts'),
  },
  {
    path: ['sandbox', 'resume'],
    summary: 'let a paused node go on',
    load: () => import('./sandbox/resume.ts'),
  },
  {
    path: ['completion'],
    summary: 'completion of commands and options for a shell',
    load: () => import('./completion.ts'),
  },
]

/** All scripts that a command stands in for. */
export function uses({ script, actionFlag, alsoFor = [] }: Leaf): ScriptUse[] {
  return [...(script === undefined ? [] : [{ script, actionFlag }]), ...alsoFor]
}

/** The group of `kt --help` that a command without verbs stands in. */
export const groupOf: Readonly<Record<string, string>> = {
  'get-offsets': 'Groups and offsets',
  'delete-records': 'Topics and records',
  'console-producer': 'Topics and records',
  'console-consumer': 'Topics and records',
  copy: 'Topics and records',
  'dump-log': 'This machine',
  completion: 'This machine',
}

/** What Kafka's scripts take besides the options of the commands that stand in for them. */
export interface Script {
  /** Taken with every action, and looked at by some only. */
  ignored?: readonly string[]
  /** Has no effect any more: what to say on stderr. All of them take a value. */
  obsolete?: Readonly<Record<string, string>>
  /** Options that take all words up to the next option, as argparse4j's `nargs("+")` does. */
  lists?: readonly string[]
  /** What words without an option mean, by their place, where the script has named options and this older syntax. */
  positions?: readonly string[]
}

export const scripts: Readonly<Record<string, Script>> = {
  'kafka-e2e-latency': {
    positions: ['bootstrap-server', 'topic', 'num-records', 'producer-acks', 'record-size', 'command-config'],
  },
  'kafka-producer-perf-test': { lists: ['producer-props', 'command-property'] },
  'kafka-topics': {
    ignored: ['topic-id', 'partition-size-limit-per-response'],
    obsolete: {
      'delete-config': '--delete-config has had no effect since Kafka 4.0: use kafka-configs',
    },
  },
}
