/** A command from its words to its exit code, in this process: what src/main.ts does around it, without the process. */
import { parse } from '../../src/cli/program.ts'
import { report } from '../../src/cli/report.ts'
import { testContext, type TestContext, type TestContextOptions } from './context.ts'

export interface CommandResult {
  stdout: string
  /** A line for each note, then what the error says. */
  stderr: string[]
  code: number
}

/** Runs `kt WORDS`; `opened` gets the context, which has ended when this resolves. */
export async function runCommand(
  words: readonly string[],
  opened: TestContext[],
  options: TestContextOptions = {},
): Promise<CommandResult> {
  let test: TestContext | undefined
  let text = ''
  let code = 0
  try {
    const { invocation } = await parse(words, '1')
    const { command, values, clientProperties } = invocation!
    const properties = { ...(values.commandProperty as Record<string, string>), ...clientProperties }
    opened.push((test = testContext({ ...options, properties })))
    await command.run(values, test.context)
  } catch (error) {
    const tone = { command: words[0]!, isJson: false, isVerbose: false, isColored: false }
    code = await report(error, tone, (more) => void (text += more))
  } finally {
    test?.end()
  }
  const said = [test?.stderr() ?? '', text].join('\n').split('\n')
  return { stdout: test?.stdout() ?? '', stderr: said.filter((line) => line !== ''), code }
}
