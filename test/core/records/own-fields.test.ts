import { expect, it } from 'vitest'
import { placeFields } from '../../../src/core/records/headers.ts'
import { ownFields } from '../../../src/core/records/own-fields.ts'
import { RecordCursor } from '../../../src/core/records/record-cursor.ts'

it('keeps a record, headers too, when its bytes are used for another', () => {
  const fields = {
    key: Buffer.from('k'),
    value: null,
    headers: [
      { key: Buffer.from('h'), value: Buffer.from('1') },
      { key: Buffer.from('h'), value: null },
    ],
  }
  const cursor = new RecordCursor()
  placeFields(cursor, fields)
  const own = ownFields(cursor)
  cursor.bytes.fill(0)
  expect(own).toEqual(fields)
})
