/** Puts a clock between the stages of a start: an esbuild plugin, for bench/stages.mjs only. */
import { readFileSync } from 'node:fs'

/** File, the text in it, and what is over when that text is reached. */
const MARKS = [
  ['src/main.ts', 'void main(process', 'the table of commands and commander loaded'],
  ['src/main.ts', '    invocation = parsed.invocation', 'words understood, the command loaded'],
  ['src/core/cluster/cluster.ts', '  const addresses = await', 'settings, and the client loaded'],
  ['src/core/cluster/open-channel.ts', '    const broker = formatAddress', 'connected'],
  ['src/core/cluster/open-channel.ts', '    await connection.authenticate', 'ApiVersions answered'],
  ['src/core/cluster/cluster.ts', '    this.#settle(channel)\n  }\n\n  /**', 'Metadata answered'],
  ['src/main.ts', '  return 0\n}\n\n/** Results', 'written'],
]
/** What happens before the first line of ours. */
const CLOCK = `
const ktMarks = []
globalThis.ktMark = (name) => {
  const { user, system } = process.cpuUsage()
  ktMarks.push([name, performance.now(), (user + system) / 1000])
}
ktMark('the runtime')
process.on('exit', () => process.env.KT_STAGES_FILE && require('node:fs').writeFileSync(process.env.KT_STAGES_FILE, JSON.stringify(ktMarks)))
`

export const stageMarks = {
  name: 'stage-marks',
  setup({ initialOptions, onLoad }) {
    initialOptions.banner = { js: CLOCK }
    onLoad({ filter: /\/src\/(main|core\/cluster\/(cluster|open-channel))\.ts$/ }, ({ path }) => ({
      contents: MARKS.filter(([file]) => path.endsWith(file)).reduce(marked, readFileSync(path, 'utf8')),
      loader: 'ts',
    }))
  },
}

function marked(text, [file, at, name]) {
  if (!text.includes(at)) throw new Error(`${file} has no "${at.trim()}": look at bench/stage-marks.mjs`)
  return text.replace(at, () => `ktMark(${JSON.stringify(name)});\n${at}`)
}
