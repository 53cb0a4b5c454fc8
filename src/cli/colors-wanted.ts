/** Whether a stream gets colours: a terminal, and nobody asked for none (https://no-color.org). */
export function isColored(isTerminal: boolean, env: Record<string, string | undefined>): boolean {
  return isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
}
