import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Command } from '../../../src/cli/command.ts'
import { parse } from '../../../src/cli/program.ts'
import { testContext } from '../../support/context.ts'

async function run(...words: string[]): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'kt-sandbox-words-'))
  const { invocation } = await parse(['sandbox', ...words, '--dir', join(home, 'sandbox')], '1')
  const { context, end } = testContext()
  Object.assign(context, { env: { ...process.env, XDG_CACHE_HOME: home } })
  try {
    await (invocation!.command as Command).run(invocation!.values as never, context)
  } finally {
    end()
  }
}

describe('kt sandbox', () => {
  it.each(['kill', 'pause', 'resume', 'start'])(
    '%s calls a node that is no number by its operand',
    async (verb) => {
      await expect(run(verb, 'two')).rejects.toMatchObject({
        message: 'NODE is the number of a node, from 1, not "two"',
        exitCode: 2,
      })
    },
  )

  it('start takes a Kafka home from where it is called, not from where nodes run', async () => {
    const kafkaHome = await mkdtemp(join(tmpdir(), 'kt-no-kafka-'))
    await expect(run('start', '--kafka-home', relative(process.cwd(), kafkaHome))).rejects.toMatchObject({
      message: `${kafkaHome}/libs has no kafka-clients jar`,
    })
  })
})
