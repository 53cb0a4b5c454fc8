/** One JVM for many runs of Kafka's tools: starting one for each would take most of the time of a comparison. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { JavaResult } from './java.ts'

const program = fileURLToPath(new URL('JavaTools.java', import.meta.url))

type Child = ChildProcessByStdio<Writable, Readable, Readable>

export class JavaTools {
  readonly #child: Child
  readonly #answers: AsyncGenerator<JavaResult>
  #last: Promise<unknown> = Promise.resolve()

  private constructor(child: Child) {
    this.#child = child
    this.#answers = answersOf(child.stdout)
  }

  /** undefined where Java has no compiler for the program that runs the tools; throws when that is faulty. */
  static async start(javaCommand: string, args: readonly string[]): Promise<JavaTools | undefined> {
    const child = spawn(javaCommand, [...args, program], { stdio: ['pipe', 'pipe', 'pipe'] })
    const closed = new Promise((resolve) => child.once('close', resolve))
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    // It ends with its standard input, and so with the tests: nobody waits for it.
    child.stdin.on('error', () => {})
    child.unref()
    for (const pipe of [child.stdin, child.stdout, child.stderr])
      (pipe as Writable | Readable as Socket).unref()
    const tools = new JavaTools(child)
    const first = await tools.#answers.next()
    if (first.done !== true) {
      child.stderr.removeAllListeners('data').resume()
      return tools
    }
    await closed
    // Without this JVM all still works, each tool in one of its own, and takes ten times as long: nobody would notice.
    if (said.includes('compilation failed')) throw new Error(`${program}: ${said}`)
    return undefined
  }

  /** After those before: a tool has the whole JVM while it runs, as its output is the process's. */
  run(mainClass: string, args: readonly string[], stdin: string | Uint8Array = ''): Promise<JavaResult> {
    const answer = this.#last.then(() => this.#ask([mainClass, ...args], stdin))
    this.#last = answer.catch(() => {})
    return answer
  }

  async #ask(words: readonly string[], stdin: string | Uint8Array): Promise<JavaResult> {
    const parts = words.map((word) => sized(word))
    this.#child.stdin.write(Buffer.concat([...sized(stdin), int32(words.length), ...parts.flat()]))
    const { done, value } = await this.#answers.next()
    if (done === true) throw new Error(`the JVM ended while it ran ${words.join(' ')}`)
    return value
  }
}

/** code i32 | length i32 | stdout | length i32 | stderr */
async function* answersOf(stream: Readable): AsyncGenerator<JavaResult, undefined> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk as Buffer])
    for (;;) {
      const errAt = rest.length < 8 ? Infinity : 8 + rest.readInt32BE(4)
      const end = rest.length < errAt + 4 ? Infinity : errAt + 4 + rest.readInt32BE(errAt)
      if (rest.length < end) break
      const [stdout, stderr] = [rest.toString('utf8', 8, errAt), rest.toString('utf8', errAt + 4, end)]
      const code = rest.readInt32BE(0)
      rest = rest.subarray(end)
      yield { stdout, stderr, code }
    }
  }
  return undefined
}

/** length i32 | bytes */
function sized(text: string | Uint8Array): Buffer[] {
  const bytes = Buffer.from(text)
  return [int32(bytes.length), bytes]
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
