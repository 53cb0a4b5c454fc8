import { readdirSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from '../../src/cli/program.ts'
import { groupOf, leaves, nouns, uses } from '../../src/commands/index.ts'

const source = readFileSync(new URL('../../src/commands/index.ts', import.meta.url), 'utf8')
const docs = new URL('../../docs/commands/', import.meta.url)
const pages = readdirSync(docs)
  .map((name) => readFileSync(new URL(name, docs), 'utf8'))
  .join('\n')
const bin = new URL('../../bin/', import.meta.url)

describe.each(leaves.map((leaf) => [leaf.path.join(' '), leaf] as const))('kt %s', (words, leaf) => {
  it('loads from the file of its name', async () => {
    expect(source).toContain(`import('./${leaf.path.join('/')}.ts')`)
    expect((await leaf.load()).default.run).toBeInstanceOf(Function)
  })

  it('has a summary of one line, and stands under a noun or in a group', () => {
    expect(leaf.summary).toMatch(/^[^\n]{8,60}$/)
    const [first, verb] = leaf.path
    expect(verb === undefined ? groupOf[first] : nouns.find(({ name }) => name === first)?.group).toBeTruthy()
  })

  it('has two or three examples, each of which parses', async () => {
    const { examples } = (await leaf.load()).default
    expect(examples.length).toBeGreaterThanOrEqual(2)
    expect(examples.length).toBeLessThanOrEqual(3)
    for (const { line, does } of examples) {
      expect(does).not.toBe('')
      await expectParses(line)
    }
    expect(examples[0]!.line).toContain(`kt ${words}`)
  })

  it('names its options in kebab-case, and none twice', async () => {
    const { options } = (await leaf.load()).default
    const names = Object.entries(options).flatMap(([name, { aliases = [] }]) => [name, ...aliases])
    for (const name of Object.keys(options)) expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    expect(new Set(names).size).toBe(names.length)
    for (const { summary } of Object.values(options)) expect(summary).toMatch(/^\S[^\n]*\S$/)
  })

  it('stands in a page of docs/commands, with its help', () => {
    expect(pages).toContain(`$ kt ${words} --help\nUsage: kt ${words} `)
  })

  it('prints help with its summary, options and examples', async () => {
    const { default: command } = await leaf.load()
    const { text, invocation } = await parse([...leaf.path, '--help'], '1.0')
    expect(invocation).toBeUndefined()
    expect(text).toContain(`Usage: kt ${words}`)
    expect(text).toContain(leaf.summary)
    for (const { line } of command.examples) expect(text).toContain(line)
    for (const [name, { isHidden }] of Object.entries(command.options))
      expect(text.includes(`--${name} `) || text.includes(`--${name}\n`)).toBe(isHidden !== true)
  })
})

describe.each([...new Set(leaves.flatMap((leaf) => uses(leaf).map(({ script }) => script)))])(
  '%s',
  (script) => {
    it('is a name to call kt by, with and without .sh', () => {
      for (const name of [script, `${script}.sh`]) {
        const file = new URL(name, bin)
        expect(readFileSync(file, 'utf8')).toContain(`--invoked-as ${name} "$@"`)
        expect(statSync(file).mode & 0o111).toBe(0o111)
      }
    })
  },
)

describe('the table of commands', () => {
  it('has each command and each noun once', () => {
    const paths = leaves.map(({ path }) => path.join(' '))
    expect(new Set(paths).size).toBe(paths.length)
    for (const { name } of nouns) expect(leaves.some(({ path }) => path[0] === name)).toBe(true)
  })

  it('knows every file of src/commands that is a command', () => {
    const folder = new URL('../../src/commands/', import.meta.url)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
      .filter((file) => readFileSync(new URL(file, folder), 'utf8').includes('defineCommand('))
    expect(files.map((file) => file.replace('.ts', '').replace('/', ' ')).sort()).toEqual(
      leaves.map(({ path }) => path.join(' ')).sort(),
    )
  })
})

/** What stands between `kt` and the next pipe, redirection or bracket. */
async function expectParses(line: string): Promise<void> {
  const from = line.slice(line.search(/\bkt /) + 3)
  const command = from.split(/ [|<>] |\)/)[0]!
  const argv = [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, one, two, bare]) => one ?? two ?? bare!,
  )
  const { invocation } = await parse(argv, '1.0')
  expect(invocation, line).toBeDefined()
}
