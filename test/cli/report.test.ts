import { describe, expect, it } from 'vitest'
import { OutputClosedError } from '../../src/cli/output/sink.ts'
import { report, type ReportOptions } from '../../src/cli/report.ts'
import { ApiError, ConnectionError, InterruptedError, KtError, UsageError } from '../../src/core/errors.ts'

async function told(
  error: unknown,
  options: Partial<ReportOptions> = {},
): Promise<{ text: string; code: number }> {
  let text = ''
  const tone = { command: 'topics create', isJson: false, isVerbose: false, isColored: false, ...options }
  const code = await report(error, tone, (more) => void (text += more))
  return { text, code }
}

describe('an error', () => {
  it('is one line with the command, and one with what to try', async () => {
    const error = new KtError('topic "a" does not\n  exist', { hint: 'did you mean "b"?' })
    expect(await told(error)).toEqual({
      text: 'kt topics create: topic "a" does not exist\n  did you mean "b"?\n',
      code: 1,
    })
  })

  it.each([
    [new KtError('x'), 1],
    [new UsageError('x'), 2],
    [new ConnectionError('x'), 3],
    [new InterruptedError(), 130],
    [new TypeError('x'), 1],
  ])('%s has its exit code', async (error, code) => {
    expect((await told(error)).code).toBe(code)
  })

  it('is a document for programs', async () => {
    const error = new ApiError('no', {
      code: 36,
      codeName: 'TOPIC_ALREADY_EXISTS',
      isRetriable: false,
      hint: 'try',
    })
    const { text } = await told(error, { isJson: true })
    expect(JSON.parse(text)).toEqual({
      error: {
        command: 'topics create',
        message: 'no',
        hint: 'try',
        code: 36,
        name: 'TOPIC_ALREADY_EXISTS',
        exitCode: 1,
      },
    })
  })

  it('does not tell the one who called a script how kt would be called', async () => {
    const script = 'kafka-topics.sh'
    const told1 = await told(new UsageError('no topic', { hint: 'kt topics create TOPIC' }), { script })
    expect(told1.text).toBe('kafka-topics.sh: no topic\n  see kafka-topics.sh --help\n')
    const told2 = await told(new KtError('gone', { hint: 'create it: kt topics create a' }), { script })
    expect(told2.text).toBe('kafka-topics.sh: gone\n  create it: kt topics create a\n')
  })

  it('bears the name of the script that was called', async () => {
    expect((await told(new KtError('x'), { script: 'kafka-topics.sh' })).text).toBe('kafka-topics.sh: x\n')
  })

  it('nobody expected says so, and has its trace when asked for', async () => {
    const cause = new TypeError('undefined is not a function')
    expect((await told(cause)).text).toContain('unexpected: undefined is not a function\n  add --verbose')
    expect((await told(cause, { isVerbose: true })).text).toContain('caused by: TypeError: undefined')
  })

  it('is red on a terminal that takes colours', async () => {
    expect((await told(new KtError('x'), { isColored: true })).text).toBe(
      '\u001b[31mkt topics create: x\u001b[39m\n',
    )
  })

  it('is none when the reader of our output has left', async () => {
    expect(await told(new OutputClosedError('closed'))).toEqual({ text: '', code: 0 })
  })
})
