/** The options of every command that talks to a cluster, in Kafka's words. */
import { count, properties, text } from './options.ts'

const heading = 'Connection'

export const connectionOptions = {
  'bootstrap-server': text('brokers to start from; also KT_BOOTSTRAP_SERVER', {
    placeholder: 'HOST:PORT,…',
    aliases: ['broker-list'],
    short: 'b',
    heading,
  }),
  'command-config': text('file with client properties, as Kafka’s scripts read it', {
    placeholder: 'FILE',
    // Their names before KIP-1147.
    aliases: ['producer.config', 'producer-config', 'consumer.config', 'consumer-config', 'admin.config'],
    heading,
  }),
  profile: text('client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE', {
    placeholder: 'NAME',
    heading,
  }),
  'command-property': properties('one client property, e.g. security.protocol=SSL', {
    aliases: ['producer-property', 'consumer-property'],
    heading,
  }),
}

/** How long to wait for a cluster; apart, because Kafka's console producer means something else by --timeout. */
export const timeoutOption = {
  timeout: count('milliseconds to reach a broker (default 10000)', {
    placeholder: 'MS',
    min: 1,
    heading,
    property: 'socket.connection.setup.timeout.ms',
  }),
}
