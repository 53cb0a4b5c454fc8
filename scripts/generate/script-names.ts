/** The names of Kafka's scripts -> bin/: the same program under the name that it is called by. */
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { leaves, uses } from '../../src/commands/index.ts'

const bin = resolve(import.meta.dirname, '../../bin')

export const scriptNames = {
  name: 'script names',
  folders: [],
  isExecutable: true,
  async run(): Promise<Map<string, string>> {
    const scripts = new Set(leaves.flatMap((leaf) => uses(leaf).map(({ script }) => script)))
    const names = [...scripts].flatMap((script) => [script, `${script}.sh`])
    const strange = (await readdir(bin)).filter((name) => name.startsWith('kafka-') && !names.includes(name))
    if (strange.length > 0)
      throw new Error(`no command stands in for ${strange.map((name) => join('bin', name)).join(', ')}`)
    return new Map(names.map((name) => [`bin/${name}`, launcher(name)]))
  },
}

function launcher(name: string): string {
  return `#!/bin/sh
# Generated: kt under the name of Kafka's script.
self=$0
[ -L "$self" ] && self=$(readlink -f "$self")
case $self in */*) bin=\${self%/*} ;; *) bin=. ;; esac
exec "$bin/kt" --invoked-as ${name} "$@"
`
}
