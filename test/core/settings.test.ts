import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/core/errors.ts'
import { parseJaas } from '../../src/core/settings/jaas.ts'
import {
  parseProperties,
  propertiesFromEnvironment,
  resolveSettings,
  settingsTable,
} from '../../src/core/settings.ts'
import { type Row } from '../../src/core/settings/row.ts'

const fixtures = new URL('../fixtures/settings/', import.meta.url)
const ofCommandLine = (commandLine: Record<string, string>) => resolveSettings({ commandLine })

describe('the table of client properties', () => {
  // Written by fixtures/settings/ClientProperties.java over kafka-clients 4.3.1.
  const rows = readFileSync(new URL('client-properties-4.3.1.tsv', fixtures), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t') as [name: string, clients: string, type: string, value: string])
  const table = settingsTable as unknown as Record<string, Row<unknown>>

  it('has every property of the Java clients and no other', () => {
    expect(Object.keys(table).sort()).toEqual(rows.map(([name]) => name).sort())
  })

  it('says as Java does which clients read a property', () => {
    const letters = (clients: string) => [...clients.toLowerCase()].sort().join('')
    const ours = rows.map(([name]) => [name, letters(table[name]?.clients ?? '')])
    expect(ours).toEqual(rows.map(([name, clients]) => [name, letters(clients)]))
  })

  it('has the defaults of Java, in the words of Java, but for the ones given here', () => {
    const different = rows.filter(([name, , , value]) => {
      const first = value.split(' /')[0] ?? ''
      const expected = first.replace(/^\[(.*)\]$/s, '$1')
      const ours = table[name]?.default
      const text = Array.isArray(ours) ? ours.join(', ') : String(ours)
      return text.toLowerCase() !== expected.toLowerCase() && !(first === '<none>' && ours === null)
    })
    expect(different.map(([name]) => name)).toEqual([])
  })

  it('says in a sentence what each property does', () => {
    for (const [name, { doc }] of Object.entries(table)) expect(doc, name).toMatch(/^.{4,}[.;]$/)
  })
})

describe('resolveSettings', () => {
  it("gives Kafka's defaults, typed", () => {
    const { settings, warnings } = resolveSettings()
    const linger: number = settings['linger.ms']
    const acks: 'all' | '-1' | '0' | '1' = settings.acks
    expect([linger, acks, settings['enable.idempotence'], settings['group.id']]).toEqual([
      5,
      'all',
      true,
      null,
    ])
    expect(settings['ssl.enabled.protocols']).toEqual(['TLSv1.2', 'TLSv1.3'])
    expect(warnings).toEqual([])
  })

  it('lets the command line win over the environment, that over the file, that over the defaults of the command', () => {
    const names = ['client.id', 'client.rack', 'group.id', 'transactional.id'] as const
    const take = (count: number, value: string) =>
      Object.fromEntries(names.slice(0, count).map((name) => [name, value]))
    const { settings } = resolveSettings({
      commandLine: take(1, 'line'),
      environment: take(2, 'environment'),
      file: { name: 'f', properties: take(3, 'file') },
      defaults: take(4, 'command'),
    })
    expect(names.map((name) => settings[name])).toEqual(['line', 'environment', 'file', 'command'])
    expect(names.map((name) => settings.isSet(name))).toEqual([true, true, true, false])
  })

  it('refuses an unknown name on the command line and names the nearest one', () => {
    const failure = failureOf(() => ofCommandLine({ 'lingr.ms': '5' }))
    expect(failure).toBeInstanceOf(UsageError)
    expect(failure.message).toBe('unknown client property "lingr.ms"')
    expect(failure.hint).toBe('did you mean linger.ms?')
    expect(
      failureOf(() => ofCommandLine({ 'completely.different.thing.altogether': '5' })).hint,
    ).toBeUndefined()
  })

  it('warns of an unknown name in a file, and goes on', () => {
    const { settings, warnings } = resolveSettings({
      file: { name: 'client.properties', properties: { 'basic.auth': 'x', ack: '1', acks: '1' } },
    })
    expect(settings.acks).toBe('1')
    expect(warnings).toEqual([
      'client.properties: unknown client property "basic.auth" is ignored',
      'client.properties: unknown client property "ack" is ignored (did you mean acks?)',
    ])
  })

  it.each([
    ['acks', 'bogus', 'it is one of all, -1, 0, 1'],
    ['linger.ms', 'five', 'it is a whole number'],
    ['linger.ms', '-1', 'it is a whole number of at least 0'],
    ['batch.size', '1.5', 'it is a whole number'],
    ['batch.size', '2147483648', 'it is a whole number from 0 to 2147483647'],
    ['max.in.flight.requests.per.connection', '0', 'it is a whole number from 1 to 2147483647'],
    ['compression.type', 'brotli', 'it is one of none, gzip, snappy, lz4, zstd'],
    ['enable.idempotence', 'yes', 'it is true or false'],
    ['security.protocol', 'TLS', 'it is one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL'],
    ['isolation.level', '', 'it is one of read_committed, read_uncommitted'],
    ['sasl.login.refresh.window.factor', '2', 'it is a number from 0.5 to 1'],
  ])('refuses %s=%s: %s', (name, value, expected) => {
    for (const sources of [
      { commandLine: { [name]: value } },
      { file: { name: 'f', properties: { [name]: value } } },
    ]) {
      const failure = failureOf(() => resolveSettings(sources))
      expect(failure).toBeInstanceOf(UsageError)
      expect(failure.message).toBe(`invalid value "${value}" for ${name}: ${expected}`)
    }
  })

  it('reads values as Kafka does: around blanks, lists by commas, words in any case', () => {
    const { settings } = ofCommandLine({
      'linger.ms': ' 7 ',
      'ssl.cipher.suites': 'A , B,C',
      'enable.idempotence': 'FALSE',
      'security.protocol': 'sasl_ssl',
      'ssl.key.password': ' p ',
      'bootstrap.servers': '',
    })
    expect(settings['linger.ms']).toBe(7)
    expect(settings['ssl.cipher.suites']).toEqual(['A', 'B', 'C'])
    expect(settings['enable.idempotence']).toBe(false)
    expect(settings['security.protocol']).toBe('SASL_SSL')
    expect(settings['ssl.key.password']).toBe(' p ')
    expect(settings['bootstrap.servers']).toEqual([])
  })

  it('takes in silence what makes no sense outside Java', () => {
    const properties = { 'key.serializer': 'x.Y', 'metric.reporters': 'a.B', 'interceptor.classes': '' }
    expect(resolveSettings({ file: { name: 'f', properties } }).warnings).toEqual([])
  })

  it('warns of Java interceptors, which somebody may count on', () => {
    const properties = { 'interceptor.classes': 'c.D' }
    expect(resolveSettings({ file: { name: 'f', properties } }).warnings).toEqual([
      'f: interceptor.classes is left out: it names Java classes',
    ])
  })

  it('refuses what it would be wrong to ignore', () => {
    const failure = failureOf(() =>
      resolveSettings({ file: { name: 'f', properties: { 'config.providers': 'vault' } } }),
    )
    expect(failure.message).toMatch(/^config\.providers \(from f\) cannot be honoured/)
    expect(() => ofCommandLine({ 'config.providers': '' })).not.toThrow()
  })

  it("accepts the classes that only say what kt does anyway, such as Java's own login handler", () => {
    const name = 'sasl.login.callback.handler.class'
    const handler = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler'
    expect(() => ofCommandLine({ [name]: handler })).not.toThrow()
    expect(() => ofCommandLine({ [name]: 'com.example.Handler' })).toThrowError(UsageError)
  })
})

describe('propertiesFromEnvironment', () => {
  it('finds properties by their names in capitals, and leaves other variables alone', () => {
    const environment = { KT_SECURITY_PROTOCOL: 'SSL', KT_RUNTIME: 'node', PATH: '/bin', KT_ACKS: undefined }
    expect(propertiesFromEnvironment(environment)).toEqual({ 'security.protocol': 'SSL' })
  })
})

describe('parseProperties', () => {
  // Written by fixtures/settings/RandomProperties.java over java.util.Properties.
  const cases = JSON.parse(readFileSync(new URL('properties.json', fixtures), 'utf8')) as [
    string,
    Record<string, string>,
  ][]

  it('reads whatever text as java.util.Properties does', () => {
    expect(cases.length).toBeGreaterThan(300)
    for (const [text, expected] of cases) {
      const { '': _nameless, ...named } = parseProperties(text)
      expect(named, JSON.stringify(text)).toEqual(expected)
    }
  })

  it.each([
    ['a=b', { a: 'b' }],
    ['a b', { a: 'b' }],
    ['a : b ', { a: 'b ' }],
    ['a\\ b\\=c=d', { 'a b=c': 'd' }],
    ['a=\\u00e9\\t', { a: 'é\t' }],
    ['a=one, \\\n   two', { a: 'one, two' }],
    ['a=one, \\\r\n   two\r\nb=2\r\n', { a: 'one, two', b: '2' }],
    ['# a=b\n! c=d\n\n a = 1', { a: '1' }],
    ['a=1\na=2', { a: '2' }],
    ['flag', { flag: '' }],
  ])('reads %j', (text, expected) => {
    expect(parseProperties(text)).toEqual(expected)
  })
})

describe('parseJaas', () => {
  const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule'

  it.each([
    [`${plain} required username="u" password="p";`, { username: 'u', password: 'p' }],
    [
      `${plain} required\n  username='a"b'\n  password="c\\"d;e=f" ;`,
      { username: 'a"b', password: 'c"d;e=f' },
    ],
    [`${plain} required username=u password = p-1 ; // end`, { username: 'u', password: 'p-1' }],
    [`${plain} required;`, {}],
  ])('reads %j', (text, options) => {
    expect(parseJaas(text)).toEqual({ module: 'PlainLoginModule', options })
  })

  it.each([
    ['', 'it is not "module required'],
    [`${plain} username="u";`, 'after the login module comes "required"'],
    [`${plain} required username="u"`, 'it must end with ";"'],
    [`${plain} required username="u;`, 'must stand in quotes'],
    [`${plain} required username;`, 'option "username" has no value'],
    [`${plain} required; x.Y required;`, 'more than one entry'],
  ])('refuses %j without repeating a secret', (text, why) => {
    const failure = failureOf(() => parseJaas(text))
    expect(failure).toBeInstanceOf(UsageError)
    expect(failure.message).toContain(why)
  })
})

function failureOf(action: () => unknown): UsageError {
  try {
    action()
  } catch (error) {
    return error as UsageError
  }
  throw new Error('it did not fail')
}
