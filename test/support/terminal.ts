/** A command in a pseudo-terminal of tmux: what a person would type, and what they would see. */
import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Runtime } from './cli.ts'
import { eventually } from './eventually.ts'
import { uniqueName } from './names.ts'

const launcher = fileURLToPath(new URL('../../bin/kt', import.meta.url))

/** Without tmux there is no terminal to test with. */
export const hasTerminal = spawnSync('tmux', ['-V']).status === 0

export interface Terminal {
  /** Text as it is typed; nothing in it is the name of a key. */
  type(text: string): void
  /** A key by tmux's name: Enter, C-c, C-d. */
  press(key: string): void
  /** The lines on the screen, without the empty ones at its end. */
  screen(): string[]
  /** Resolves to the screen once `isThere` says so. Throws with the screen when it never does. */
  until(isThere: (lines: string[]) => boolean): Promise<string[]>
  /** Resolves to the screen once the command has ended; its last line is `exit CODE`. */
  ended(): Promise<string[]>
  close(): void
}

/** Starts `kt ARGS` with stdin, stdout and stderr on a terminal of its own. */
export function openTerminal(args: readonly string[], runtime: Runtime): Terminal {
  const name = uniqueName('kt-terminal')
  // A server of its own: a person's own sessions and settings stay out of it.
  const tmux = (...words: string[]) =>
    execFileSync('tmux', ['-L', name, '-f', '/dev/null', ...words], { encoding: 'utf8' })
  const line = `"$@"; printf 'exit %s\\n' $?; exec sleep 600`
  const env = ['-e', `KT_RUNTIME=${runtime}`, '-e', 'NO_COLOR=1']
  const size = ['-x', '150', '-y', '40']
  tmux('new-session', '-d', '-s', name, ...size, ...env, 'bash', '-c', line, 'bash', launcher, ...args)

  const terminal: Terminal = {
    type: (text) => void tmux('send-keys', '-t', name, '-l', text),
    press: (key) => void tmux('send-keys', '-t', name, key),
    screen: () => tmux('capture-pane', '-p', '-t', name).trimEnd().split('\n'),
    until(isThere) {
      return eventually(() => {
        const lines = terminal.screen()
        if (isThere(lines)) return lines
        throw new Error(`not on the screen:\n${lines.join('\n')}`)
      })
    },
    ended: () => terminal.until((lines) => /^exit \d+$/.test(lines[lines.length - 1]!)),
    close: () => void spawnSync('tmux', ['-L', name, 'kill-server']),
  }
  return terminal
}
