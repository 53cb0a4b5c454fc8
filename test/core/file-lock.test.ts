import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFile } from '../../src/core/file-lock.ts'
import { UsageError } from '../../src/core/errors.ts'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kt-lock-'))
  path = join(folder, 'offsets.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

const holder = (fields: object) =>
  JSON.stringify({ pid: process.pid, host: hostname(), started: '', ...fields })

describe('a locked file', () => {
  it('is refused to whoever comes next, and theirs when it is released', () => {
    const lock = lockFile(path)
    expect(() => lockFile(path)).toThrow(UsageError)
    expect(() => lockFile(path)).toThrow(`${path}: another kt is using it (process ${process.pid})`)
    lock.release()
    lockFile(path).release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('is free when its process has died', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'close')
    writeFileSync(`${path}.lock`, holder({ pid: child.pid }))
    lockFile(path)
    expect(readFileSync(`${path}.lock`, 'utf8')).toContain(`"pid":${process.pid}`)
    expect(readdirSync(folder)).toEqual(['offsets.json.lock'])
  })

  it('is free when another process has been given the same id', () => {
    writeFileSync(`${path}.lock`, holder({ started: 'long ago' }))
    lockFile(path)
  })

  it('is free when the lock was only half written', () => {
    writeFileSync(`${path}.lock`, '{"pi')
    lockFile(path)
  })

  it('of another machine stays locked: nobody here knows whether it is used', () => {
    writeFileSync(`${path}.lock`, holder({ host: 'elsewhere', pid: 1 }))
    expect(() => lockFile(path)).toThrow('(process 1 on elsewhere)')
  })

  it('in a folder that is not there is told by its name', () => {
    expect(() => lockFile(join(folder, 'no', 'such'))).toThrow(/no\/such\.lock: cannot be written/)
  })
})
