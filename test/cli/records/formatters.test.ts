import { describe, expect, it } from 'vitest'
import { colorsFor } from '../../../src/cli/colors.ts'
import { csvFormatter } from '../../../src/cli/records/csv-formatter.ts'
import { deserializerNamed } from '../../../src/cli/records/deserializers.ts'
import { fieldText, fieldWriter, InvalidFields } from '../../../src/cli/records/fields.ts'
import { formatStringFormatter } from '../../../src/cli/records/format-string.ts'
import { prettyFormatter } from '../../../src/cli/records/pretty-formatter.ts'
import {
  hexFormatter,
  loggingFormatter,
  noOpFormatter,
  rawFormatter,
} from '../../../src/cli/records/simple-formatters.ts'
import { tableFormatter } from '../../../src/cli/records/table-formatter.ts'
import { timeFormat } from '../../../src/cli/records/times.ts'
import { type Told, written } from './support.ts'

const hex = (text: string) => Buffer.from(text).toString('hex')

const told: Told = {
  headers: [],
  key: hex('k'),
  value: hex('v'),
  partition: 3,
  offset: 1234,
  timestamp: 1700000000123,
  timestampType: 'CreateTime',
  epoch: 4,
}

const text = fieldText(undefined)

describe('--format', () => {
  const format = async (form: string, change: Partial<Told> = {}, time = 'ms') => {
    const field = fieldWriter(undefined, '')
    const options = { key: field, value: field, header: field, time: timeFormat(time) }
    return (await written(formatStringFormatter(form, options), { ...told, ...change })).toString('latin1')
  }

  // What kcat 1.7.1 prints for the same record.
  it.each<[string, Partial<Told>, string]>([
    ['%t:%p:%o %k %s %T\\n', {}, 't:3:1234 k v 1700000000123\n'],
    ['%K %S', { key: null, value: hex('four') }, '-1 4'],
    ['%R', { value: hex('four') }, '\0\0\0\x04'],
    ['%R', { value: null }, '\xff\xff\xff\xff'],
    ['%k|%s|', { key: null, value: null }, '||'],
    ['%h', { headers: [['a', hex('1')], ['a', hex('2')]] }, 'a=1,a=2'], // prettier-ignore
    ['100%% \\x41\\t\\\\\\0', {}, '100% A\t\\\0'],
    ['é → ü', {}, Buffer.from('é → ü').toString('latin1')],
    ['%{header:a}', { headers: [['a', hex('1')], ['b', null], ['a', hex('2')]] }, '2'], // prettier-ignore
  ])('%s', async (form, change, expected) => {
    expect(await format(form, change)).toBe(expected)
  })

  it.each([
    ['a.b[1]', '12345678901234567890'],
    ['$.a["b"][0]', 'x"\n'],
    ['a.b[2]', '{"c": null}'],
    ['a.b[2].c', 'null'],
    ['é', 'true'],
    ['a.b[9]', ''],
    ['missing.deep', ''],
  ])('%%{json:%s}', async (path, expected) => {
    const value = hex(
      '{"skip":[{"a":1}],"a":{"b":["x\\"\\n",12345678901234567890,{"c": null}]},"\\u00e9":true}',
    )
    expect(await format(`%{json:${path}}`, { value })).toBe(expected)
    expect(await format(`%{json:${path}}`, { value: hex('no json') })).toBe('')
  })

  it('prints times as they are asked for', async () => {
    expect(await format('%T', {}, 'iso')).toBe('2023-11-14T22:13:20.123Z')
    expect(await format('%T', {}, 'local')).toMatch(/^2023-11-1\d \d\d:\d\d:20\.123$/)
    expect(await format('%T', { timestamp: Number.MAX_SAFE_INTEGER }, 'iso')).toBe('9007199254740991')
  })

  it.each([
    ['%q', 'there is no token "%q"'],
    ['\\q', 'there is no escape "\\q"'],
    ['%{value}', 'is no %{json:path}'],
    ['%{json:a[}', '"a[" is no path'],
  ])('refuses %s', async (form, message) => {
    await expect(format(form)).rejects.toThrow(message)
  })
})

describe('CSV', () => {
  it('quotes what must be, and tells null from empty', async () => {
    const formatter = csvFormatter(text, text, text)
    const first = await written(formatter, {
      ...told,
      key: null,
      value: hex('a,"b"\n'),
      headers: [['h', null]],
    })
    expect(first.toString()).toBe(
      'topic,partition,offset,timestamp,timestampType,key,value,headers\r\nt,3,1234,1700000000123,CreateTime,,"a,""b""\n","[[""h"",null]]"\r\n',
    )
    const second = await written(formatter, { ...told, key: '', value: 'ff' })
    expect(second.toString()).toBe('t,3,1234,1700000000123,CreateTime,"",0xff,\r\n')
  })

  it('has no titles where the output goes on', async () => {
    const formatter = csvFormatter(text, text, text)
    formatter.continues!()
    expect((await written(formatter, told)).toString()).toBe('t,3,1234,1700000000123,CreateTime,k,v,\r\n')
  })
})

describe('the table', () => {
  const table = (columns: number, isColored = false) =>
    tableFormatter({ columns, hasTopic: false, colors: colorsFor(isColored), key: text, value: text })

  it.each([60, 80, 200])('fits %d columns, with an ellipsis where something is cut', async (columns) => {
    const long = { ...told, key: hex('k'.repeat(300)), value: hex('漢字😀'.repeat(100)) }
    const [titles, row] = (await written(table(columns), long)).toString().split('\n') as [string, string]
    expect(titles).toMatch(/^PART {2}OFFSET {4}TIME {21}KEY +VALUE$/)
    // Two columns for each of these.
    const width = [...row].reduce((sum, character) => sum + (/[漢字😀]/u.test(character) ? 2 : 1), 0)
    expect(width).toBeLessThanOrEqual(columns)
    expect(width).toBeGreaterThan(columns - 3)
    expect(row.match(/…/g)).toHaveLength(2)
  })

  it('shows nulls, bytes and what would move the cursor', async () => {
    const output = (await written(table(100), { ...told, key: null, value: hex('a\nb\u001b[1m') })).toString()
    expect(output.split('\n')[1]).toMatch(/ - +a·b·\[1m$/)
    expect((await written(table(100), { ...told, value: 'fffe' })).toString()).toContain('0xfffe')
  })

  it('has colours only when asked for', async () => {
    expect((await written(table(80, true), told)).toString()).toContain('\u001b[')
    expect((await written(table(80), told)).toString()).not.toContain('\u001b[')
  })
})

describe('--pretty', () => {
  const pretty = async (value: string | null, isColored = false) =>
    (await written(prettyFormatter(colorsFor(isColored), text, text), { ...told, value })).toString()

  it('indents JSON, and rounds nothing', async () => {
    const output = await pretty(hex('{"a":[1,12345678901234567890],"b":{},"c":[],"d":"x\\n"}'))
    expect(output.slice(output.indexOf('\n') + 1)).toBe(
      '{\n  "a": [\n    1,\n    12345678901234567890\n  ],\n  "b": {},\n  "c": [],\n  "d": "x\\n"\n}\n',
    )
  })

  it('leaves alone what is no JSON', async () => {
    expect(await pretty(hex('{"a":'))).toMatch(/\n\{"a":\n$/)
    expect(await pretty(null)).toMatch(/\nnull\n$/)
    expect(await pretty('ff')).toMatch(/\n0xff\n$/)
  })

  it('colours on a terminal', async () => {
    expect(await pretty(hex('{"a":1}'), true)).toContain('\u001b[33m1\u001b[39m')
  })
})

describe('the others', () => {
  it('raw is the values and nothing else', async () => {
    expect((await written(rawFormatter, { ...told, value: 'ff00' })).toString('hex')).toBe('ff00')
    expect(await written(rawFormatter, { ...told, value: null })).toHaveLength(0)
  })

  it('hex shows every byte', async () => {
    const output = (await written(hexFormatter, { ...told, key: null, value: `${hex('0123456789abcdef')}ff`, headers: [['h', hex('x')]] })).toString() // prettier-ignore
    expect(output).toBe(
      [
        't-3 offset 1234 CreateTime 1700000000123',
        '  key: null',
        '  value: 17 bytes',
        '    00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef',
        `    00000010  ff ${' '.repeat(45)} .`,
        '  header h: 1 bytes',
        `    00000000  78 ${' '.repeat(45)} x`,
        '',
      ].join('\n'),
    )
  })

  it('hex shows a header name that is no text by its bytes', async () => {
    const output = await written(hexFormatter, { ...told, headers: [[Buffer.of(0xff), hex('x')]] })
    expect(output.toString()).toContain('  header 0xff: 1 bytes\n')
  })

  it.each(['uuid', 'UUIDDeserializer'])(
    '%s says what is none, without letting it speak to the terminal',
    (name) => {
      const bytes = Buffer.from('\u0007no')
      expect(() => deserializerNamed(name)(bytes, 0, 3)).toThrow('"\\u0007no" is no UUID')
    },
  )

  it('NoOpMessageFormatter prints nothing, LoggingMessageFormatter logs in Kafka’s words', async () => {
    expect(await written(noOpFormatter, told)).toHaveLength(0)
    const logged: string[] = []
    const logging = loggingFormatter(rawFormatter, (line) => void logged.push(line))
    expect((await written(logging, told)).toString()).toBe('v')
    await written(logging, { ...told, key: null, value: null })
    await written(logging, { ...told, timestamp: -1, timestampType: 'NoTimestampType' })
    expect(logged).toEqual([
      'CreateTime:1700000000123, key:k, value:v',
      'CreateTime:1700000000123, key:null value:null',
      'key:k, value:v',
    ])
  })

  it('what a deserializer cannot read is told once, counted, and shown as hex', async () => {
    const invalid = new InvalidFields()
    const long = fieldText('long', invalid)
    const csv = csvFormatter(text, long, text)
    await written(csv, told)
    expect(invalid.take()).toBe('long takes 8 bytes, not 1; such fields are shown as hex')
    expect((await written(csv, told)).toString()).toContain(',k,0x76,')
    expect(invalid.take()).toBeUndefined()
    expect(invalid.notes()).toEqual(['2 fields could not be deserialized and are shown as hex'])
  })
})
