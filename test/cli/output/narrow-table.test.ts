import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Out } from '../../../src/cli/output/index.ts'
import { NAME, type NarrowColumn, narrowTable } from '../../../src/cli/output/narrow-table.ts'
import { Sink } from '../../../src/cli/output/sink.ts'
import { widthOf } from '../../../src/cli/output/text-width.ts'

const columns: NarrowColumn[] = [
  { title: 'TOPIC', alignment: 'left', narrow: NAME },
  { title: 'CURRENT-OFFSET', alignment: 'right', narrow: { title: 'CURRENT' } },
  { title: 'CONFIGS', alignment: 'left', narrow: { wrapTo: 10 } },
  { title: 'MEMBER', alignment: 'left', narrow: { cutTo: 8, isOptional: true } },
  { title: 'HOST', alignment: 'left', narrow: { isOptional: true } },
]
const NAME_AND_LIST = [columns[0]!, columns[2]!]
const row = ['orders-of-all-countries', '1234', 'a=1,b=2,c=3,d=4', 'console-4f1c8e70', '/10.0.0.1']
const shown = (width: number, rows = [row]) => narrowTable(columns, rows, width)

describe('a table in a window that is too narrow', () => {
  it('has shorter titles, cut and broken cells where that is enough', () => {
    const { lines, leftOut } = shown(67)
    expect(lines).toEqual([
      'TOPIC                    CURRENT  CONFIGS     MEMBER      HOST',
      'orders-of-all-countries     1234  a=1,b=2,    console-4…  /10.0.0.1',
      '                                  c=3,d=4',
    ])
    expect(leftOut).toEqual([])
  })

  it('leaves out what is optional, the rightmost first, before a name breaks', () => {
    expect(shown(54)).toMatchObject({ leftOut: ['HOST'] })
    expect(shown(46)).toMatchObject({ leftOut: ['MEMBER', 'HOST'] })
    expect(shown(46).lines.some((line) => line.startsWith('orders-of-all-countries'))).toBe(true)
  })

  it('breaks names when nothing else helps', () => {
    expect(shown(34).lines).toEqual([
      'TOPIC         CURRENT  CONFIGS',
      'orders-of-       1234  a=1,b=2,',
      'all-                   c=3,d=4',
      'countries',
    ])
  })

  it('breaks lists anywhere rather than be too wide', () => {
    const list = [NAME_AND_LIST[0]!, { ...NAME_AND_LIST[1]!, narrow: { wrapTo: 24 } }]
    expect(narrowTable(list, [['orders', 'compression.type=producer']], 20).lines).toEqual([
      'TOPIC   CONFIGS',
      'orders  compression.',
      '        type=',
      '        producer',
    ])
  })

  it('does without what is optional last only when the rest has gone', () => {
    const optional: NarrowColumn[] = [
      { title: 'RECORDS', alignment: 'right', narrow: {} },
      { title: 'AVG', alignment: 'right', narrow: { isOptional: true } },
      { title: 'MAX', alignment: 'right', narrow: { isOptional: 'last' } },
    ]
    const leftOut = [17, 12, 11].map((width) => narrowTable(optional, [['1', '2', '3']], width).leftOut)
    expect(leftOut).toEqual([[], ['AVG'], ['MAX', 'AVG']])
  })

  it('never is wider than the window where its cells can give way, and loses nothing of what breaks', () => {
    const cell = fc
      .string({ unit: 'grapheme', maxLength: 60 })
      .map((text) => text.replace(/[\p{C}\s]/gu, 'x'))
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 120 }), cell, cell, (width, name, configs) => {
        const { lines } = shown(width, [[name, '1', configs, 'm', 'h']])
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
        for (const character of name + configs) expect(lines.slice(1).join('')).toContain(character)
      }),
    )
  })
})

describe('a listing', () => {
  const listing = {
    name: 'things',
    rows: [{ name: 'n', text: 'x'.repeat(40) }],
    columns: [
      { title: 'NAME', value: ({ name }: { name: string }) => name },
      { title: 'TEXT', value: ({ text }: { text: string }) => text, narrow: { isOptional: true } },
    ],
  }

  it.each([
    ['is whole in a window that is wide enough', true, 46, false],
    ['says what a narrow window has no room for', true, 45, true],
    ['is whole where nobody looks', false, 45, false],
  ])('%s', async (_, stdout, width, isNarrow) => {
    let said = ''
    const sink = new (class extends Sink {
      override writeNow(text: string): void {
        said += text
      }
    })(-1, 'stdout')
    const out = new Out('table', sink, { stdout, columns: width })
    await out.list(listing)
    out.flush()
    expect(said.includes('no room for TEXT')).toBe(isNarrow)
    expect(said.includes('x'.repeat(40))).toBe(!isNarrow)
  })
})
