/** What `--help` prints -> the console blocks of docs/commands that show it. */
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parse } from '../../src/cli/program.ts'

const folder = 'docs/commands'
const root = resolve(import.meta.dirname, '../..')

export const helpTexts = {
  name: 'help texts',
  // Its pages are written by hand but for the help in them.
  folders: [],
  async run(): Promise<Map<string, string>> {
    // As wide as where nobody looks, whoever runs this.
    Object.defineProperty(process.stdout, 'columns', { value: 80 })
    const names = (await readdir(join(root, folder))).filter((name) => name.endsWith('.md'))
    const paths = names.sort().map((name) => `${folder}/${name}`)
    return new Map(await Promise.all(paths.map(async (path) => [path, await withHelp(path)] as const)))
  },
}

async function withHelp(path: string): Promise<string> {
  const page = await readFile(join(root, path), 'utf8')
  const texts = new Map<string, string>()
  for (const [, words = ''] of page.matchAll(/^\$ kt (.*)--help$/gm)) texts.set(words, await helpOf(words))
  return page.replace(
    /^\$ kt (.*)--help\n[^]*?(?=^\$ |^```$)/gm,
    (_, words: string) => `$ kt ${words}--help\n${texts.get(words)}`,
  )
}

async function helpOf(words: string): Promise<string> {
  const { text } = await parse([...words.split(' ').filter(Boolean), '--help'], '')
  return text.replace(/[ \t]+$/gm, '')
}
