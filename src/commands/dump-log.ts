import { readFileSync, statSync } from 'node:fs'
import { defineCommand, type Values } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { dumpOffsetIndex, dumpTimeIndex, type IndexOptions, type Tools } from '../cli/log/dump-index.ts'
import { dumpSegment, type SegmentOptions } from '../cli/log/dump-segment.ts'
import { dumpAborted, dumpLeaderEpochs, dumpOffsets, dumpProducerSnapshot } from '../cli/log/dump-small.ts'
import { Findings } from '../cli/log/findings.ts'
import { DECODERS, fieldDecoderNamed, type RecordDecoder } from '../cli/log/record-decoders.ts'
import { summarize } from '../cli/log/summarize.ts'
import { count, flag, text } from '../cli/options.ts'
import { OutputBuffer } from '../cli/records/output-buffer.ts'
import { KtError, UsageError } from '../core/errors.ts'
import { isBesideLogs, kindOf } from '../core/log/file-names.ts'
import { readNamedFile, unreadable } from '../cli/named-file.ts'
import { loadCrc32c } from '../core/records/crc32c.ts'

const MAX_INT32 = 2_147_483_647
const STRING_DECODER = 'org.apache.kafka.tools.api.StringDecoder'
const decoding = 'Decoders'

const options = {
  files: text('the files, separated by commas', { placeholder: 'FILE,…' }),
  'print-data-log': flag('print keys and values; any decoder means that too'),
  'deep-iteration': flag('print the records, not only the batches'),
  'skip-record-metadata': flag('print of a record only its key and value'),
  'max-bytes': count('stop after this many bytes of a .log file', {
    min: 1,
    max: MAX_INT32,
    default: MAX_INT32,
  }),
  'max-message-size': count('largest batch that an index may lead to', {
    min: 1,
    max: MAX_INT32,
    default: 5 * 1024 * 1024,
  }),
  'index-sanity-check': flag('only check whether a broker would take the index as it is'),
  'verify-index-only': flag('check an index against its log without printing it'),
  'key-decoder-class': text('class for keys: String, Integer, Long or DefaultDecoder', {
    placeholder: 'CLASS',
    bare: STRING_DECODER,
    heading: decoding,
  }),
  'value-decoder-class': text('class for values', {
    placeholder: 'CLASS',
    bare: STRING_DECODER,
    heading: decoding,
  }),
  'offsets-decoder': flag('the log is one of __consumer_offsets', { heading: decoding }),
  'transaction-log-decoder': flag('the log is one of __transaction_state', { heading: decoding }),
  'share-group-state-decoder': flag('the log is one of __share_group_state', { heading: decoding }),
  'cluster-metadata-decoder': flag('the log is one of __cluster_metadata', { heading: decoding }),
  'remote-log-metadata-decoder': flag('the log is one of __remote_log_metadata', { heading: decoding }),
}

export default defineCommand({
  description:
    'Takes segments (.log), their indexes (.index, .timeindex, .txnindex), the state of producers (.snapshot), snapshots of KRaft (.checkpoint) and checkpoints in text. Of a directory it tells the segments. Damaged bytes are told with their place, reading goes on at the next whole batch, and the exit code is 1.',
  operands: [{ name: 'file', summary: 'files or directories', isVariadic: true }],
  options,
  examples: [
    { line: 'kt dump-log /var/kafka/orders-0', does: 'the segments of a log: offsets, times, codecs' },
    { line: 'kt dump-log 00000000000000000000.log --print-data-log', does: 'every batch and record' },
    {
      line: 'kt dump-log 00000000000000000000.log --cluster-metadata-decoder --skip-record-metadata',
      does: 'what KRaft has decided',
    },
  ],
  async run(values, context) {
    const paths = [...(values.files?.split(',') ?? []), ...((values.file ?? []) as string[])].filter(
      (path) => path !== '',
    )
    if (paths.length === 0) throw new UsageError('no file given', { hint: 'kt dump-log FILE or DIRECTORY' })
    const findings = new Findings((text) => context.note(text))
    const crc32c = await loadCrc32c()
    const out = new OutputBuffer(context.out.sink)
    const tools: Tools = { out, crc32c, findings }
    const segment = segmentOptions(values, context)
    const index: IndexOptions = {
      checksSanityOnly: values.indexSanityCheck,
      verifiesOnly: values.verifyIndexOnly,
      maxMessageSize: values.maxMessageSize,
      isJson: segment.isJson,
    }
    const ignored: string[] = []
    try {
      for (const path of paths) await dumpPath(path, { segment, index, tools, context, ignored })
    } finally {
      await out.drain()
    }
    findings.end()
    refuseIgnored(ignored, paths)
  },
})

interface Plan {
  segment: SegmentOptions
  index: IndexOptions
  tools: Tools
  context: Context
  /** Files whose names tell no kind. */
  ignored: string[]
}

async function dumpPath(path: string, plan: Plan): Promise<void> {
  const { tools, context, segment } = plan
  if (isDirectory(path)) {
    await tools.out.drain()
    await summarize(path, { context, crc32c: tools.crc32c, findings: tools.findings })
    return context.out.flush()
  }
  if (!segment.isJson) tools.out.text(`Dumping ${path}\n`)
  await dumpFile(path, plan)
}

async function dumpFile(path: string, { segment, index, tools, context, ignored }: Plan): Promise<void> {
  const { isJson } = segment
  switch (kindOf(path)) {
    case 'log':
    case 'checkpoint':
      return dumpSegment(path, segment, tools)
    case 'index':
      return dumpOffsetIndex(path, wholeFile(path), index, tools)
    case 'timeindex':
      return dumpTimeIndex(path, wholeFile(path), offsetIndexBeside(path, index), index, tools)
    case 'txnindex':
      return dumpAborted(path, wholeFile(path), isJson, tools)
    case 'producer-snapshot':
      return dumpProducerSnapshot(path, wholeFile(path), isJson, tools)
    case 'leader-epochs':
      return dumpLeaderEpochs(path, wholeFile(path), isJson, tools)
    case 'offsets':
      return dumpOffsets(path, wholeFile(path), isJson, tools)
    case undefined:
      // Kafka's own sentence.
      context.note(`Ignoring unknown file ${path}`)
      ignored.push(path)
  }
}

/** Kafka's tool ends with 0 here. */
function refuseIgnored(ignored: readonly string[], paths: readonly string[]): void {
  const isNothingDumped = ignored.length === paths.length
  const refused = isNothingDumped ? ignored : ignored.filter((path) => !isBesideLogs(path))
  if (refused.length === 0) return
  const which = refused.length === 1 ? `${refused[0]} was` : `${refused.length} files were`
  throw new UsageError(`${which} ignored: the name tells what a file is, and no file of a log is named so`, {
    hint: 'known are *.log, *.index, *.timeindex, *.txnindex, *.snapshot, *.checkpoint and leader-epoch-checkpoint',
  })
}

function segmentOptions(values: Values<typeof options>, context: Context): SegmentOptions {
  const decoder = decoderOf(values)
  const { keyDecoderClass, valueDecoderClass, maxBytes } = values
  const hasClass = keyDecoderClass !== undefined || valueDecoderClass !== undefined
  const printsContents = values.printDataLog || decoder !== undefined || hasClass
  return {
    isDeep: values.deepIteration || printsContents,
    printsContents,
    skipsMetadata: values.skipRecordMetadata,
    decoder,
    keyDecoder: fieldDecoderNamed(keyDecoderClass ?? STRING_DECODER),
    valueDecoder: fieldDecoderNamed(valueDecoderClass ?? STRING_DECODER),
    maxBytes: maxBytes === MAX_INT32 ? undefined : maxBytes,
    isJson: context.out.style === 'json',
    signal: context.signal,
  }
}

/** The first one wins, in the order in which Kafka looks for them. */
function decoderOf(values: Values<typeof options>): RecordDecoder | undefined {
  if (values.offsetsDecoder) return DECODERS.offsets
  if (values.transactionLogDecoder) return DECODERS.transactions
  if (values.clusterMetadataDecoder) return DECODERS.metadata
  if (values.remoteLogMetadataDecoder) return DECODERS.remote
  return values.shareGroupStateDecoder ? DECODERS.share : undefined
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new UsageError(`${path}: ${isMissing ? 'there is no such file' : (error as Error).message}`, {
      cause: error,
    })
  }
}

/** Indexes and snapshots: the broker holds them in memory too, and limits them (segment.index.bytes). */
const MAX_WHOLE_BYTES = 1024 * 1024 * 1024

function wholeFile(path: string): Buffer {
  const { size } = statSync(path)
  if (size > MAX_WHOLE_BYTES)
    throw new KtError(`${path}: has ${size} bytes, more than any such file of Kafka`)
  return readNamedFile(path)
}

/** Without it every look-up begins at the first byte, as with an empty one. */
function offsetIndexBeside(path: string, { checksSanityOnly }: IndexOptions): Buffer {
  const beside = path.replace(/\.[^.]*$/, '.index')
  try {
    return checksSanityOnly ? Buffer.alloc(0) : readFileSync(beside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw unreadable(beside, error)
  }
}
