/** The loops of src/core/records/kernels/assembly, compiled: WebAssembly as text, since that can be bundled anywhere. */
import { join, resolve } from 'node:path'
import asc from 'assemblyscript/asc'
import type { Generator } from './index.ts'

const root = resolve(import.meta.dirname, '../..')
const FOLDER = 'src/core/records/kernels'
const KERNELS = ['dump', 'lines', 'values']

export const kernels: Generator = {
  name: 'kernels',
  folders: [`${FOLDER}/generated`],
  async run() {
    const files = new Map<string, string>()
    for (const name of KERNELS)
      files.set(`${FOLDER}/generated/${name}.ts`, moduleOf(name, await compiled(name)))
    return files
  },
}

/** No memory management, no imports but the memory: nothing is ever allocated in there. */
const OPTIONS = ['--runtime', 'stub', '--importMemory', '--enable', 'simd', '-O3', '--noAssert']

async function compiled(name: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main(
    [join(FOLDER, 'assembly', `${name}.ts`), '--baseDir', root, '--outFile', `${name}.wasm`, ...OPTIONS],
    { writeFile: (file, contents) => void (file.endsWith('.wasm') && (binary = contents as Uint8Array)) },
  )
  if (error !== null || binary === undefined) throw new Error(`${name}: ${stderr.toString()}`)
  return binary
}

function moduleOf(name: string, binary: Uint8Array): string {
  return `// Compiled from ../assembly/${name}.ts by npm run generate: do not edit.
export default '${Buffer.from(binary).toString('base64')}'
`
}
