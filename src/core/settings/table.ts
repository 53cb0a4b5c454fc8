/**
 * Every property of Kafka's admin, producer and consumer clients (4.3), one row each: who reads it, its default, its range,
 * what it does, and whether kt acts on it. A new property is a new row here; nothing else lists them.
 */
import { boolean, choice, double, integer, list, maybe, maybeInteger, password, text } from './row.ts'
import { ANY_INT, ANY_LONG, INT, LONG, POSITIVE, type Row } from './row.ts'

const IGNORED = { effect: 'ignored' } as const
const REFUSED = { effect: 'refused' } as const

const CONNECTION = {
  'bootstrap.servers': list(
    'apc',
    [],
    'The first brokers to ask, host:port,…; the rest of the cluster is found from them.',
  ),
  'bootstrap.controllers': list('a', [], 'KRaft controllers to ask directly instead of brokers.'),
  'client.id': text('apc', '', 'The name that brokers see in their logs, metrics and quotas.'),
  'client.dns.lookup': choice(
    'apc',
    'use_all_dns_ips',
    ['use_all_dns_ips', 'resolve_canonical_bootstrap_servers_only'],
    'How a host name with several addresses is tried.',
  ),
  'connections.max.idle.ms': integer('apc', 300_000, ANY_LONG, 'When an idle connection is closed.', IGNORED),
  'default.api.timeout.ms': integer('ac', 60_000, INT, 'The longest a call may take with all its retries.'),
  'metadata.max.age.ms': integer(
    'apc',
    300_000,
    LONG,
    'When metadata is asked for again although nothing failed.',
  ),
  'metadata.max.idle.ms': integer(
    'p',
    300_000,
    [5000, LONG[1]],
    'When metadata of an unused topic is dropped; kt asks only about topics that it uses.',
    IGNORED,
  ),
  'metadata.recovery.strategy': choice(
    'apc',
    'rebootstrap',
    ['rebootstrap', 'none'],
    'Whether the bootstrap servers are asked again when no known broker answers.',
  ),
  'metadata.recovery.rebootstrap.trigger.ms': integer(
    'apc',
    300_000,
    LONG,
    'How long no broker may answer before the bootstrap servers are asked again.',
    IGNORED,
  ),
  'receive.buffer.bytes': integer(
    'apc',
    65_536,
    [-1, INT[1]],
    'SO_RCVBUF; the runtime leaves it to the system.',
    IGNORED,
  ),
  'send.buffer.bytes': integer(
    'apc',
    131_072,
    [-1, INT[1]],
    'SO_SNDBUF; the runtime leaves it to the system.',
    IGNORED,
  ),
  'reconnect.backoff.ms': integer(
    'apc',
    50,
    LONG,
    'The wait before a node is connected to again, doubled each time.',
  ),
  'reconnect.backoff.max.ms': integer(
    'apc',
    1000,
    LONG,
    'The longest wait before a node is connected to again.',
  ),
  'request.timeout.ms': integer(
    'apc',
    30_000,
    INT,
    'The longest wait for one answer; then the connection is replaced.',
  ),
  retries: integer('ap', INT[1], INT, 'How often a failed request is sent again within its time.'),
  'retry.backoff.ms': integer(
    'apc',
    100,
    LONG,
    'The wait before a failed request is sent again, doubled each time.',
  ),
  'retry.backoff.max.ms': integer(
    'apc',
    1000,
    LONG,
    'The longest wait before a failed request is sent again.',
  ),
  'socket.connection.setup.timeout.ms': integer(
    'apc',
    10_000,
    ANY_LONG,
    'The longest a new connection may take.',
  ),
  'socket.connection.setup.timeout.max.ms': integer(
    'apc',
    30_000,
    ANY_LONG,
    'The longest a new connection may take after many failures.',
    IGNORED,
  ),
}

const PRODUCER = {
  acks: choice(
    'p',
    'all',
    ['all', '-1', '0', '1'],
    'Who must have a record before it counts as sent: nobody, the leader, all in sync.',
  ),
  'batch.size': integer('p', 16_384, INT, 'The most bytes of one batch of a partition, before compression.'),
  'buffer.memory': integer('p', 33_554_432, LONG, 'The most bytes of records waiting to be sent.'),
  'compression.type': choice(
    'p',
    'none',
    ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    'The codec of new batches.',
  ),
  'compression.gzip.level': integer('p', -1, [-1, 9], "gzip's level, 1 to 9, or -1 for its default."),
  'compression.lz4.level': integer('p', 9, [1, 17], "lz4's level."),
  'compression.zstd.level': integer('p', 3, [-131_072, 22], "zstd's level."),
  'delivery.timeout.ms': integer(
    'p',
    120_000,
    INT,
    'The longest from a record being taken to its being sent or given up.',
  ),
  'enable.idempotence': boolean('p', true, 'Whether brokers drop what a retry sends twice.'),
  'linger.ms': integer('p', 5, LONG, 'How long a batch waits for more records.'),
  'max.block.ms': integer('p', 60_000, LONG, 'How long sending waits for buffer memory or metadata.'),
  'max.in.flight.requests.per.connection': integer(
    'p',
    5,
    POSITIVE,
    'How many unanswered produce requests a broker may have.',
  ),
  'max.request.size': integer('p', 1_048_576, INT, 'The most bytes of a record, and of one produce request.'),
  'partitioner.adaptive.partitioning.enable': boolean(
    'p',
    true,
    'Whether slower brokers get fewer keyless records.',
    IGNORED,
  ),
  'partitioner.availability.timeout.ms': integer(
    'p',
    0,
    LONG,
    'When a partition that takes nothing is left out.',
    IGNORED,
  ),
  'partitioner.class': maybe('p', 'A Java class that picks partitions.', REFUSED),
  'partitioner.ignore.keys': boolean('p', false, 'Whether keyed records are spread as keyless ones are.'),
  'transaction.timeout.ms': integer(
    'p',
    60_000,
    ANY_INT,
    'How long a transaction may stay open before brokers abort it.',
  ),
  'transaction.two.phase.commit.enable': boolean(
    'p',
    false,
    'Whether a transaction may stay prepared for an outside coordinator.',
    REFUSED,
  ),
  'transactional.id': maybe('p', 'The name under which a producer keeps its transactions over restarts.'),
  'key.serializer': maybe('p', 'A Java class; kt sends bytes as they are.', IGNORED),
  'value.serializer': maybe('p', 'A Java class; kt sends bytes as they are.', IGNORED),
}

const CONSUMER = {
  'allow.auto.create.topics': boolean('c', true, 'Whether asking for an unknown topic may create it.'),
  'auto.commit.interval.ms': integer('c', 5000, INT, 'How often offsets are committed.'),
  'auto.offset.reset': text(
    'c',
    'latest',
    'Where to start without an offset: earliest, latest, none or by_duration:PnDTnHnMn.nS.',
  ),
  'check.crcs': boolean('c', true, 'Whether the checksum of each batch is checked.'),
  'client.rack': text('c', '', 'Where this client stands; a replica in the same rack is read from.'),
  'enable.auto.commit': boolean('c', true, 'Whether offsets are committed without being asked to.'),
  'exclude.internal.topics': boolean('c', true, "Whether a pattern leaves out Kafka's own topics."),
  'fetch.max.bytes': integer('c', 52_428_800, INT, 'The most bytes of one fetch response.'),
  'fetch.max.wait.ms': integer('c', 500, INT, 'How long a broker waits for fetch.min.bytes.'),
  'fetch.min.bytes': integer('c', 1, INT, 'How many bytes a broker waits for before it answers a fetch.'),
  'max.partition.fetch.bytes': integer(
    'c',
    1_048_576,
    INT,
    'The most bytes of one partition in a fetch response.',
  ),
  'group.id': maybe('c', 'The consumer group.'),
  'group.instance.id': maybe('c', 'The name of a static member, which keeps its partitions over restarts.'),
  'group.protocol': choice(
    'c',
    'classic',
    ['classic', 'consumer'],
    'Which group protocol is spoken (consumer: KIP-848).',
  ),
  'group.remote.assignor': maybe('c', 'The assignor on the broker, for group.protocol=consumer.'),
  'heartbeat.interval.ms': integer('c', 3000, ANY_INT, 'How often a classic member says that it lives.'),
  'session.timeout.ms': integer('c', 45_000, ANY_INT, 'How long a classic member may be silent.'),
  'internal.throw.on.fetch.stable.offset.unsupported': boolean('c', false, 'Internal to Java.', IGNORED),
  'isolation.level': choice(
    'c',
    'read_uncommitted',
    ['read_committed', 'read_uncommitted'],
    'Whether records of open and aborted transactions are read.',
  ),
  'max.poll.interval.ms': integer('c', 300_000, POSITIVE, 'How long a member may take between two polls.'),
  'max.poll.records': integer('c', 500, POSITIVE, 'The most records handed over at once.'),
  'partition.assignment.strategy': list(
    'c',
    [
      'class org.apache.kafka.clients.consumer.RangeAssignor',
      'class org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
    ],
    'The assignors of a classic group, best first.',
  ),
  'share.acknowledgement.mode': choice(
    'c',
    'implicit',
    ['implicit', 'explicit'],
    'How a share consumer acknowledges.',
  ),
  'share.acquire.mode': choice(
    'c',
    'batch_optimized',
    ['batch_optimized', 'record_limit'],
    'How strictly max.poll.records holds.',
  ),
  'key.deserializer': maybe('c', 'A Java class; kt hands on bytes as they are.', IGNORED),
  'value.deserializer': maybe('c', 'A Java class; kt hands on bytes as they are.', IGNORED),
}

const TLS = {
  'ssl.cipher.suites': list(
    'apc',
    [],
    "The cipher suites to offer, in Java's or OpenSSL's names; empty: the runtime's.",
  ),
  'ssl.enabled.protocols': list('apc', ['TLSv1.2', 'TLSv1.3'], 'The TLS versions to offer.'),
  'ssl.endpoint.identification.algorithm': text(
    'apc',
    'https',
    "Empty: the host name in the broker's certificate is not checked.",
  ),
  'ssl.engine.factory.class': maybe('apc', 'A Java class that makes TLS engines.', REFUSED),
  'ssl.key.password': password('apc', 'The password of the private key.'),
  'ssl.keymanager.algorithm': text('apc', 'SunX509', "Java's.", IGNORED),
  'ssl.keystore.certificate.chain': password('apc', "The client's certificates, in PEM."),
  'ssl.keystore.key': password('apc', "The client's private key, in PEM (PKCS#8)."),
  'ssl.keystore.location': maybe('apc', "The file with the client's key and certificates."),
  'ssl.keystore.password': password('apc', 'The password of that file.'),
  'ssl.keystore.type': text('apc', 'JKS', 'JKS, PKCS12 or PEM.'),
  'ssl.protocol': text('apc', 'TLSv1.3', 'ssl.enabled.protocols says it all.', IGNORED),
  'ssl.provider': maybe('apc', "Java's.", IGNORED),
  'ssl.secure.random.implementation': maybe('apc', "Java's.", IGNORED),
  'ssl.trustmanager.algorithm': text('apc', 'PKIX', "Java's.", IGNORED),
  'ssl.truststore.certificates': password('apc', 'The certificates to trust, in PEM.'),
  'ssl.truststore.location': maybe('apc', 'The file with the certificates to trust.'),
  'ssl.truststore.password': password('apc', 'The password of that file.'),
  'ssl.truststore.type': text('apc', 'JKS', 'JKS, PKCS12 or PEM.'),
}

const LOGIN_HANDLER = /\.OAuthBearer(Unsecured)?LoginCallbackHandler$/
const RETRIEVER = /\.(Default|ClientCredentials|File)JwtRetriever$/

const SASL = {
  'security.protocol': choice(
    'apc',
    'PLAINTEXT',
    ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'],
    'Whether to speak TLS and whether to log in.',
  ),
  'sasl.mechanism': text('apc', 'GSSAPI', 'PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER.'),
  'sasl.jaas.config': password(
    'apc',
    "Who logs in: one JAAS entry, such as …ScramLoginModule required username='u' password='p';",
  ),
  'sasl.client.callback.handler.class': maybe('apc', 'A Java class.', REFUSED),
  'sasl.login.callback.handler.class': maybe('apc', 'A Java class.', { ...REFUSED, harmless: LOGIN_HANDLER }),
  'sasl.login.class': maybe('apc', 'A Java class.', REFUSED),
  'sasl.kerberos.kinit.cmd': text('apc', '/usr/bin/kinit', 'Kerberos only.', IGNORED),
  'sasl.kerberos.min.time.before.relogin': integer('apc', 60_000, ANY_LONG, 'Kerberos only.', IGNORED),
  'sasl.kerberos.service.name': maybe('apc', 'Kerberos only.', IGNORED),
  'sasl.kerberos.ticket.renew.jitter': double('apc', 0.05, ANY_LONG, 'Kerberos only.', IGNORED),
  'sasl.kerberos.ticket.renew.window.factor': double('apc', 0.8, ANY_LONG, 'Kerberos only.', IGNORED),
  'sasl.login.connect.timeout.ms': maybeInteger('apc', 'How long connecting to the token endpoint may take.'),
  'sasl.login.read.timeout.ms': maybeInteger('apc', 'How long the token endpoint may be silent.'),
  'sasl.login.refresh.buffer.seconds': integer('apc', 300, [0, 3600], 'When a token is replaced.', IGNORED),
  'sasl.login.refresh.min.period.seconds': integer('apc', 60, [0, 900], 'When a token is replaced.', IGNORED),
  'sasl.login.refresh.window.factor': double('apc', 0.8, [0.5, 1], 'When a token is replaced.', IGNORED),
  'sasl.login.refresh.window.jitter': double('apc', 0.05, [0, 0.25], 'When a token is replaced.', IGNORED),
  'sasl.login.retry.backoff.ms': integer(
    'apc',
    100,
    ANY_LONG,
    'The wait before the token endpoint is asked again.',
    IGNORED,
  ),
  'sasl.login.retry.backoff.max.ms': integer('apc', 10_000, ANY_LONG, 'The longest such wait.', IGNORED),
}

const OAUTH = {
  'sasl.oauthbearer.token.endpoint.url': maybe(
    'apc',
    'Where to get a token for client credentials, or a file: URL that holds one.',
  ),
  'sasl.oauthbearer.client.credentials.client.id': maybe('apc', 'The client id for the token endpoint.'),
  'sasl.oauthbearer.client.credentials.client.secret': password(
    'apc',
    'The client secret for the token endpoint.',
  ),
  'sasl.oauthbearer.scope': maybe('apc', 'The scope to ask the token endpoint for.'),
  'sasl.oauthbearer.scope.claim.name': text('apc', 'scope', 'The claim that holds the scope.'),
  'sasl.oauthbearer.sub.claim.name': text('apc', 'sub', 'The claim that holds the subject.'),
  'sasl.oauthbearer.header.urlencode': boolean(
    'apc',
    false,
    'Whether id and secret are URL-encoded in the Authorization header.',
  ),
  'sasl.oauthbearer.jwt.retriever.class': text(
    'apc',
    'org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever',
    'A Java class that gets tokens.',
    { ...REFUSED, harmless: RETRIEVER },
  ),
  'sasl.oauthbearer.jwt.validator.class': text(
    'apc',
    'org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator',
    'A Java class that checks tokens; the broker checks them anyway.',
    IGNORED,
  ),
  'sasl.oauthbearer.assertion.algorithm': choice(
    'apc',
    'RS256',
    ['ES256', 'RS256'],
    'JWT bearer grant only.',
    IGNORED,
  ),
  'sasl.oauthbearer.assertion.claim.aud': maybe('apc', 'JWT bearer grant only.', IGNORED),
  'sasl.oauthbearer.assertion.claim.exp.seconds': integer(
    'apc',
    300,
    [0, 86_400],
    'JWT bearer grant only.',
    IGNORED,
  ),
  'sasl.oauthbearer.assertion.claim.iss': maybe('apc', 'JWT bearer grant only.', IGNORED),
  'sasl.oauthbearer.assertion.claim.jti.include': boolean('apc', false, 'JWT bearer grant only.', IGNORED),
  'sasl.oauthbearer.assertion.claim.nbf.seconds': integer(
    'apc',
    60,
    [0, 3600],
    'JWT bearer grant only.',
    IGNORED,
  ),
  'sasl.oauthbearer.assertion.claim.sub': maybe('apc', 'JWT bearer grant only.', IGNORED),
  'sasl.oauthbearer.assertion.file': maybe('apc', 'JWT bearer grant only.', REFUSED),
  'sasl.oauthbearer.assertion.private.key.file': maybe('apc', 'JWT bearer grant only.', REFUSED),
  'sasl.oauthbearer.assertion.private.key.passphrase': password('apc', 'JWT bearer grant only.'),
  'sasl.oauthbearer.assertion.template.file': maybe('apc', 'JWT bearer grant only.', IGNORED),
  'sasl.oauthbearer.clock.skew.seconds': integer('apc', 30, ANY_INT, 'Brokers only.', IGNORED),
  'sasl.oauthbearer.expected.audience': list('apc', [], 'Brokers only.', IGNORED),
  'sasl.oauthbearer.expected.issuer': maybe('apc', 'Brokers only.', IGNORED),
  'sasl.oauthbearer.jwks.endpoint.refresh.ms': integer('apc', 3_600_000, ANY_LONG, 'Brokers only.', IGNORED),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms': integer(
    'apc',
    10_000,
    ANY_LONG,
    'Brokers only.',
    IGNORED,
  ),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.ms': integer('apc', 100, ANY_LONG, 'Brokers only.', IGNORED),
  'sasl.oauthbearer.jwks.endpoint.url': maybe('apc', 'Brokers only.', IGNORED),
}

const JAVA = {
  'config.providers': list('apc', [], 'Java classes that fill in values from elsewhere.', REFUSED),
  'enable.metrics.push': boolean(
    'apc',
    false,
    'Whether metrics are pushed to brokers; kt does not.',
    IGNORED,
  ),
  'interceptor.classes': list('pc', [], 'Java classes that see each record.', {
    effect: 'left out',
  }),
  'metric.reporters': list('apc', ['org.apache.kafka.common.metrics.JmxReporter'], 'Java classes.', IGNORED),
  'metrics.num.samples': integer('apc', 2, POSITIVE, "Java's metrics.", IGNORED),
  'metrics.recording.level': choice('apc', 'INFO', ['INFO', 'DEBUG', 'TRACE'], "Java's metrics.", IGNORED),
  'metrics.sample.window.ms': integer('apc', 30_000, LONG, "Java's metrics.", IGNORED),
  'security.providers': maybe('apc', 'Java classes.', REFUSED),
}

export const TABLE = { ...CONNECTION, ...PRODUCER, ...CONSUMER, ...TLS, ...SASL, ...OAUTH, ...JAVA }

export type SettingName = keyof typeof TABLE
export type SettingValue<N extends SettingName> = (typeof TABLE)[N] extends Row<infer T> ? T : never

/** The row of a name, or undefined when Kafka's clients know no such property. */
export function rowOf(name: string): Row<unknown> | undefined {
  return Object.hasOwn(TABLE, name) ? TABLE[name as SettingName] : undefined
}
