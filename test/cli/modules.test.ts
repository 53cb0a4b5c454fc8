import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guarded, isModulePath, loadModule } from '../../src/cli/modules.ts'
import { UsageError } from '../../src/core/errors.ts'

let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'kt-modules-'))))
afterAll(() => rmSync(folder, { recursive: true }))

function moduleFile(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('a module', () => {
  it('is told from a name by how it is written', () => {
    for (const path of ['./a', '../a.mjs', '/a', 'a.mjs', 'dir/a.ts', 'a.cjs'])
      expect(isModulePath(path)).toBe(true)
    for (const name of ['sticky', 'round-robin', 'default']) expect(isModulePath(name)).toBe(false)
  })

  it('gives what it exports', async () => {
    const path = moduleFile('good.mjs', 'export const onSend = () => 7')
    const { onSend } = await loadModule<{ onSend: () => number; close: () => void }>(path, [
      'onSend',
      'close',
    ])
    expect(onSend!()).toBe(7)
  })

  it.each([
    ['is missing', undefined, 'there is no such file'],
    ['exports nothing wanted', 'export const x = 1', 'exports no function onSend or as its default'],
    ['exports no function', 'export const onSend = 1', 'exports no function onSend or as its default'],
    ['is no JavaScript', 'export const', 'cannot be loaded: '],
    ['throws while it is loaded', 'throw new Error("not now")', 'cannot be loaded: not now'],
  ])('that %s is wrong usage', async (name, text, message) => {
    const path =
      text === undefined ? join(folder, 'gone.mjs') : moduleFile(`${name.replaceAll(' ', '-')}.mjs`, text)
    const loading = loadModule<{ onSend: () => void; default: () => void }>(path, ['onSend', 'default'])
    await expect(loading).rejects.toThrow(UsageError)
    await expect(loading).rejects.toThrow(`module ${path}`)
    await expect(loading).rejects.toThrow(message)
  })

  it('that throws is named in the error', () => {
    const cause = new TypeError('no')
    const run = guarded('./m.mjs', 'onSend', () => {
      throw cause
    })
    expect(run).toThrow(expect.objectContaining({ message: 'module ./m.mjs: onSend threw: no', cause }))
  })
})
