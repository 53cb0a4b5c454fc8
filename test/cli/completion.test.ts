/** The completions of completions/, asked by the shells themselves. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { bashCompletion } from '../../src/cli/completion/bash.ts'
import { fishCompletion } from '../../src/cli/completion/fish.ts'
import { completed } from '../../src/cli/completion/model.ts'
import { zshCompletion } from '../../src/cli/completion/zsh.ts'
import { commonOptions } from '../../src/cli/program.ts'
import { leaves, nouns } from '../../src/commands/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const described = await Promise.all(
  leaves.map(async ({ path, summary, load }) => ({ path, summary, command: (await load()).default })),
)
const model = completed(nouns, described, commonOptions)

describe('what is generated', () => {
  it.each([
    ['bash', bashCompletion],
    ['zsh', zshCompletion],
    ['fish', fishCompletion],
  ] as const)('stands in completions/kt.%s', (shell, render) => {
    expect(readFileSync(`${root}completions/kt.${shell}`, 'utf8')).toBe(render(model))
  })

  it('names every command and every option that help shows', () => {
    const fish = fishCompletion(model)
    for (const { path, command } of described)
      for (const [name, { isHidden }] of Object.entries(command.options))
        expect(fish.includes(`'__kt_in ${path.join(' ')}' -l ${name} `)).toBe(isHidden !== true)
  })
})

/** What bash offers for the last of `words`, as cut by COMP_WORDBREAKS. */
function bash(...words: string[]): string[] {
  const program = `
    source completions/kt.bash
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _kt
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const text = execFileSync('bash', ['-c', program, 'bash', 'kt', ...words], { cwd: root, encoding: 'utf8' })
  return text.split('\n').filter((line) => line !== '')
}

describe('bash', () => {
  it('offers commands, then verbs', () => {
    expect(bash('')).toEqual(expect.arrayContaining(['topics', 'console-producer', 'sandbox', '--version']))
    expect(bash('to')).toEqual(['topics'])
    expect(bash('topics', 'd')).toEqual(['describe', 'delete'])
    expect(bash('help', 'sand')).toEqual(['sandbox'])
  })

  it('offers the options of a command, and of no other', () => {
    expect(bash('topics', 'create', '--rep')).toEqual(['--replication-factor', '--replica-assignment'])
    expect(bash('topics', 'list', '--rep')).toEqual([])
    expect(bash('console-producer', '--read')).toContain('--reader-property')
  })

  it('offers the choices of a value, after a blank and after =', () => {
    expect(bash('topics', 'list', '--output', '')).toEqual(['table', 'json', 'java'])
    expect(bash('topics', 'list', '--output', '=')).toEqual(['table', 'json', 'java'])
    expect(bash('topics', 'list', '--output', '=', 'j')).toEqual(['json', 'java'])
    expect(bash('completion', 'z')).toEqual(['zsh'])
  })

  it('offers files where a file is wanted, folders where a folder is, and nothing for a number', () => {
    expect(bash('topics', 'list', '--command-config', 'package.j')).toEqual(['package.json'])
    expect(bash('sandbox', 'start', '--dir', 'complet')).toEqual(['completions'])
    expect(bash('sandbox', 'start', '--dir', 'package.j')).toEqual([])
    expect(bash('topics', 'create', '--partitions', '')).toEqual([])
  })
})

function isThere(shell: string): boolean {
  return spawnSync(shell, ['-c', 'true']).status === 0
}

// Where these shells are not installed, the comparison with what is generated is what there is.
if (isThere('fish')) {
  const fish = (line: string) =>
    execFileSync('fish', ['--no-config', '-c', `source completions/kt.fish; complete -C '${line}'`], {
      cwd: root,
      encoding: 'utf8',
    })
      .split('\n')
      .filter((candidate) => candidate !== '')
      .map((candidate) => candidate.split('\t')[0]!)

  describe('fish', () => {
    it('offers commands, verbs, options, choices and files', () => {
      expect(fish('kt top')).toEqual(['topics'])
      expect(fish('kt topics de').sort()).toEqual(['delete', 'describe'])
      expect(fish('kt topics create --rep').sort()).toEqual(['--replica-assignment', '--replication-factor'])
      expect(fish('kt topics list --output ').sort()).toEqual(['java', 'json', 'table'])
      expect(fish('kt topics list --command-config package.j')).toEqual(['package.json'])
      expect(fish('kt completion z')).toEqual(['zsh'])
    })
  })
}

if (isThere('zsh')) {
  /** What `_kt` hands to zsh's own functions for the last of `words`; those need a terminal to go on. */
  const zsh = (...words: string[]) => {
    const program = `
      compdef() {}
      _describe() { print -rl -- \${(P)2} }
      _arguments() { print -rl -- "in $words[1] at $CURRENT:" "$@" }
      source completions/kt.zsh
      words=(kt "$@") CURRENT=$(($# + 1))
      _kt`
    const text = execFileSync('zsh', ['-fc', program, 'zsh', ...words], { cwd: root, encoding: 'utf8' })
    return text.split('\n').filter((line) => line !== '')
  }

  describe('zsh', () => {
    it('offers commands, then verbs, with their summaries', () => {
      expect(zsh('')).toContain('topics:create, list, describe, alter and delete topics')
      expect(zsh('topics', '')).toContain('create:create topics')
    })

    it('describes the options of a command, their values and operands', () => {
      const specs = zsh('topics', 'create', '--p', '')
      expect(specs[0]).toBe('in create at 3:')
      expect(specs).toContain('*--partitions=[how many partitions]:N: ')
      expect(specs).toContain('*--output=[how results are printed]:STYLE:(table json java)')
      expect(specs).toContain('--if-not-exists[a topic that exists already is no error]')
      expect(specs.some((spec) => /^\*--command-config=.*:FILE:_files$/.test(spec))).toBe(true)
      expect(zsh('completion', '')).toEqual([
        'in completion at 2:',
        '*--output=[how results are printed]:STYLE:(table json java)',
        '--verbose[say more, and add the trace to an error]',
        '--help[print this]',
        '1: :(bash zsh fish)',
      ])
    })
  })
}
