/** The options of kafka-verifiable-producer.sh and kafka-verifiable-consumer.sh. */
import type { Values } from '../command.ts'
import { connectionOptions } from '../connection-options.ts'
import { count, flag, text } from '../options.ts'

export const verifiableProducerOptions = {
  topic: text('the topic to send to', { placeholder: 'TOPIC' }),
  ...connectionOptions,
  'max-messages': count('how many records; -1 is without end', { min: -1, default: -1 }),
  throughput: text('records per second; -1 is as fast as possible', { placeholder: 'RATE', default: '-1' }),
  acks: text('which acknowledgements count', {
    choices: ['0', '1', '-1', 'all'],
    placeholder: 'ACKS',
    default: '-1',
    property: 'acks',
  }),
  'message-create-time': count('timestamp of the first record, in ms; -1 is now', { min: -1, default: -1 }),
  'value-prefix': count('a number that stands before each value, with a dot'),
  'repeating-keys': count('keys from 0 up to this, over and over', { min: 1 }),
}

export type VerifiableProducerValues = Values<typeof verifiableProducerOptions>

export const verifiableConsumerOptions = {
  topic: text('the topic to read', { placeholder: 'TOPIC' }),
  ...connectionOptions,
  'group-id': text('the group to read as a member of', { placeholder: 'GROUP', property: 'group.id' }),
  'group-protocol': text('classic or consumer', {
    placeholder: 'PROTOCOL',
    default: 'classic',
    property: 'group.protocol',
  }),
  'group-remote-assignor': text('the broker’s assignor, with the protocol consumer', {
    placeholder: 'NAME',
    property: 'group.remote.assignor',
  }),
  'group-instance-id': text('a name that outlives restarts', {
    placeholder: 'ID',
    property: 'group.instance.id',
  }),
  'max-messages': count('end after so many records; -1 is never', { min: -1, default: -1 }),
  'session-timeout': text('how long a silent member stays one', {
    placeholder: 'MS',
    property: 'session.timeout.ms',
  }),
  'enable-autocommit': flag('commit every auto.commit.interval.ms instead of after each batch'),
  'reset-policy': text('where to begin without a commit', {
    choices: ['earliest', 'latest', 'none'],
    placeholder: 'WHERE',
    default: 'earliest',
    property: 'auto.offset.reset',
  }),
  'assignment-strategy': text('the assignor’s class, with the protocol classic', {
    placeholder: 'CLASS',
    property: 'partition.assignment.strategy',
  }),
}

export type VerifiableConsumerValues = Values<typeof verifiableConsumerOptions>
