import { describe, expect, it } from 'vitest'
import { formatAddress, parseAddresses } from '../../../src/core/cluster/addresses.ts'
import { UsageError } from '../../../src/core/errors.ts'

describe('parseAddresses', () => {
  it.each([
    ['localhost:9092', [{ host: 'localhost', port: 9092 }]],
    [
      'a:1,b.example.org:65535',
      [
        { host: 'a', port: 1 },
        { host: 'b.example.org', port: 65535 },
      ],
    ],
    [
      ' a:1 , b:2 ,',
      [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
    ],
    ['[::1]:9092', [{ host: '::1', port: 9092 }]],
    ['[fe80::1%eth0]:9092', [{ host: 'fe80::1%eth0', port: 9092 }]],
    [
      'PLAINTEXT://127.0.0.1:9092,SASL_SSL://[2001:db8::1]:9093',
      [
        { host: '127.0.0.1', port: 9092 },
        { host: '2001:db8::1', port: 9093 },
      ],
    ],
  ])('reads %s', (text, expected) => {
    expect(parseAddresses(text)).toEqual(expected)
  })

  it.each([
    ['localhost', 'the port is missing'],
    ['localhost:', 'the port is missing'],
    ['[::1]', 'the port is missing'],
    ['localhost:0', '"0" is not a port'],
    ['localhost:65536', '"65536" is not a port'],
    ['localhost:99999', '"99999" is not a port'],
    ['localhost:http', '"http" is not a port'],
    ['localhost:-1', '"-1" is not a port'],
    ['localhost:9092x', '"9092x" is not a port'],
    ['::1:9092', 'an IPv6 address stands in brackets'],
    [':9092', 'there is no host name'],
    ['a b:9092', 'there is no host name'],
    ['good:1,bad', 'invalid bootstrap server "bad"'],
  ])('refuses %s: %s', (text, why) => {
    expect(() => parseAddresses(text)).toThrowError(UsageError)
    expect(() => parseAddresses(text)).toThrowError(why)
  })

  it.each(['', ' ', ',', ' , '])('says that none is given for "%s"', (text) => {
    expect(() => parseAddresses(text)).toThrowError('no bootstrap server is given')
  })

  it('writes an IPv6 address in brackets', () => {
    expect(formatAddress({ host: '::1', port: 9092 })).toBe('[::1]:9092')
    expect(formatAddress({ host: 'a', port: 1 })).toBe('a:1')
  })
})
