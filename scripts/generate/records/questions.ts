/** What Kafka's console tools are asked for test/fixtures/records. */

/** Keys of every length up to 40, with every byte in them, and some that people have. */
export const keyQuestions = [
  ...Array.from({ length: 41 }, (_, length) =>
    Buffer.from(Array.from({ length }, (_byte, index) => (index * 37 + length * 11) & 0xff)),
  ),
  ...Array.from({ length: 256 }, (_, byte) => Buffer.from([byte])),
  ...['a', 'ab', 'abc', 'abcd', 'kafka', 'user-1', 'user-2', 'ключ', '鍵', '🔑', '0', '-1'].map((text) =>
    Buffer.from(text),
  ),
  ...Array.from({ length: 100 }, (_, index) => Buffer.from(`order-${index * 7919}`)),
  Buffer.alloc(1000, 0xff),
].map((key) => ({ murmur2: key.toString('hex') }))

const KEY = { 'parse.key': 'true' }
const HEADERS = { 'parse.headers': 'true' }
const BOTH = { ...KEY, ...HEADERS }
const LENIENT = { 'ignore.error': 'true' }

const propertiesOfLines: readonly [lines: string, ...properties: Record<string, string>[]][] = [
  ['plain\nkey\tvalue\n\nend', {}, KEY, { ...KEY, ...LENIENT }],
  ['a\r\nb\r\n\r\nc', {}],
  ['k\tv\tw\n\tv\nk\t\n\t\n', KEY],
  ['k:v\nk::v\n:\n', { ...KEY, 'key.separator': ':' }, { ...KEY, 'key.separator': '::', ...LENIENT }],
  ['h:1\tvalue\nh:1,h:2\tvalue\nh:\tvalue\n:1\tvalue\nh:1:2\tvalue\n', HEADERS],
  ['\tvalue\n', HEADERS, { ...HEADERS, ...LENIENT }],
  ['h\tvalue\n', HEADERS, { ...HEADERS, ...LENIENT }],
  [',,\tvalue\nh:1,,\tvalue\n', HEADERS],
  [',h:1\tvalue\n', HEADERS, { ...HEADERS, ...LENIENT }],
  ['h:1,,i:2\tvalue\n', HEADERS, { ...HEADERS, ...LENIENT }],
  ['no headers\nh:1\tv\n', HEADERS, { ...HEADERS, ...LENIENT }],
  ['h:1\tk\tv\nh:1,i:2\t\tv\nh:1\tk\t\n', BOTH],
  ['h:1\tno key\n', BOTH, { ...BOTH, ...LENIENT }],
  ['nothing\n', BOTH, { ...BOTH, ...LENIENT }],
  ['NULL\tNULL\nNULL\tv\nk\tNULL\nNULLs\tNULLs\n', { ...KEY, 'null.marker': 'NULL' }],
  ['NULL\nnull\n\n', { 'null.marker': 'NULL' }],
  ['N\tN\tN\nh:N,i:1\tk\tv\nh:N\tN\tv\n', { ...BOTH, 'null.marker': 'N' }],
  ['N:1\tv\n', { ...HEADERS, 'null.marker': 'N' }],
  [
    'h=1;i=2|v\nv\n',
    {
      ...HEADERS,
      'headers.delimiter': '|',
      'headers.separator': ';',
      'headers.key.separator': '=',
      ...LENIENT,
    },
  ],
  ['ключ\tзначение\nü:ö\t🔑\n', KEY],
  ['k\tv\n', { ...KEY, 'key.separator': '\t', 'headers.delimiter': ',' }],
  ['k\tv\n', { ...HEADERS, 'headers.delimiter': ',' }],
  ['k\tv\n', { ...HEADERS, 'headers.delimiter': ':' }],
  ['k\tv\n', { ...HEADERS, 'headers.separator': ':' }],
  ['k\tv\n', { ...BOTH, 'null.marker': '\t' }],
  ['k\tv\n', { 'null.marker': ',' }],
  ['k\tv\n', { 'null.marker': ':' }],
  ['k\tv\n', { 'parse.key': 'yes' }, { 'parse.key': 'TRUE' }, { 'parse.key': ' true ' }],
]

export const lineQuestions = propertiesOfLines.flatMap(([lines, ...all]) =>
  all.map((properties) => ({ lines, properties })),
)

const hex = (value: string) => Buffer.from(value).toString('hex')
const plain = {
  headers: [] as [string, string | null][],
  key: hex('key') as string | null,
  value: hex('value') as string | null,
  partition: 3,
  offset: 1234,
  timestamp: 1700000000123,
  timestampType: 'CreateTime',
  epoch: 4,
}
const withHeaders = { ...plain, headers: [['a', hex('1')], ['a', null], ['', ''], ['b', hex('ü')]] as [string, string | null][] } // prettier-ignore
const nulls = { ...plain, key: null, value: null }
const binary = { ...plain, key: 'ff00', value: 'fffe0a0d' }

const COLUMNS = ['timestamp', 'partition', 'offset', 'delivery', 'epoch', 'headers', 'key', 'value']
const ALL = Object.fromEntries(COLUMNS.map((column) => [`print.${column}`, 'true']))
const JAVA = 'org.apache.kafka.common.serialization.'

const DESERIALIZED: readonly [name: string, values: readonly string[]][] = [
  ['String', ['', hex('text'), hex('ü🔑')]],
  ['Bytes', ['', hex('plain \\ "text"'), '00090a0d1f207f80ff']],
  ['Short', ['0000', '7fff', '8000']],
  ['Integer', ['00000000', '7fffffff', '80000000', 'fffffffe']],
  ['Long', ['0000000000000000', '7fffffffffffffff', '8000000000000000']],
  ['Boolean', ['00', '01', '02']],
  ['UUID', [hex('c0ffee00-1234-4567-89ab-cdef01234567'), hex('C0FFEE00-1234-4567-89AB-CDEF01234567'), hex('1-2-3-4-5'), hex('no')]],
  ['Float', [0, -0, 1, 1.5, 0.1, 123456.79, 1e7, 9999999, 1e-3, 9.99e-4, 3.4e38, 1.4e-45, NaN, Infinity].map(float)],
  ['Double', [0, -0, 1, 1.5, 0.1, 123456.789, 1e7, 9999999.5, 1e-3, 9.99e-4, 1e21, 1e22, 1.7e308, 5e-324, 2e-3, 100, NaN, -Infinity].map(double)],
] // prettier-ignore

export const formatQuestions = [
  ...[{}, ALL, { ...ALL, 'print.value': 'false' }].flatMap((properties) =>
    [plain, withHeaders, nulls, binary].map((format) => ({ format, properties })),
  ),
  ...COLUMNS.map((column) => ({ format: withHeaders, properties: { [`print.${column}`]: 'true' } })),
  ...COLUMNS.map((column) => ({
    format: withHeaders,
    properties: { 'print.value': 'false', [`print.${column}`]: 'true' },
  })),
  { format: { ...plain, timestampType: 'LogAppendTime' }, properties: ALL },
  { format: { ...plain, timestampType: 'NoTimestampType', timestamp: -1 }, properties: ALL },
  { format: plain, properties: { 'print.value': 'false' } },
  { format: plain, properties: { ...ALL, 'key.separator': ' | ', 'line.separator': '\r\n' } },
  { format: withHeaders, properties: { ...ALL, 'headers.separator': ';', 'null.literal': '∅' } },
  { format: nulls, properties: { ...ALL, 'null.literal': '' } },
  { format: plain, properties: { 'print.key': 'TRUE', 'print.offset': ' true', 'print.partition': 'yes' } },
  { format: nulls, properties: { ...ALL, 'value.deserializer': `${JAVA}LongDeserializer` } },
  { format: withHeaders, properties: { ...ALL, 'headers.deserializer': `${JAVA}BytesDeserializer` } },
  ...DESERIALIZED.flatMap(([name, values]) =>
    values.map((value) => ({
      format: { ...plain, value },
      properties: { 'value.deserializer': `${JAVA}${name}Deserializer` },
    })),
  ),
  {
    format: { ...plain, value: '0000' },
    properties: { 'value.deserializer': `${JAVA}LongDeserializer` },
  },
]

function float(value: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatBE(value)
  return bytes.toString('hex')
}

function double(value: number): string {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes.toString('hex')
}
