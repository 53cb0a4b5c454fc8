import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addressNodes } from '../../../src/core/sandbox/addresses.ts'
import { start } from '../../../src/core/sandbox/start.ts'

describe('the addresses of nodes', () => {
  it('end at the last port there is: what does not fit is wrong usage', async () => {
    await expect(
      addressNodes('/nowhere', { dir: '/nowhere', cacheDir: '/nowhere', nodes: 3, port: 65_534 }, undefined),
    ).rejects.toMatchObject({
      message: '3 nodes do not fit behind port 65534: the last port is 65535',
      hint: '--port 65533 or lower',
      exitCode: 2,
    })
  })
})

describe('a sandbox', () => {
  it('in a folder that cannot be made is refused by the name of the folder', async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), 'kt-no-folder-'))
    await writeFile(join(cacheDir, 'file'), '')
    const dir = join(cacheDir, 'file', 'sandbox')
    await expect(start({ dir, cacheDir })).rejects.toMatchObject({
      message: `the folder ${dir} cannot be made: not a directory`,
      hint: 'choose another --dir',
      exitCode: 1,
    })
  })
})
