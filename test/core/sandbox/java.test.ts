import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SandboxError } from '../../../src/core/sandbox/errors.ts'
import { resolveJars } from '../../../src/core/sandbox/jars.ts'
import { findJava } from '../../../src/core/sandbox/java.ts'

let dir: string
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'kt-unit-'))))
afterAll(() => rm(dir, { recursive: true }))

async function program(name: string, lines: string): Promise<string> {
  const path = join(dir, name)
  await writeFile(path, `#!/bin/sh\n${lines}\n`)
  await chmod(path, 0o755)
  return path
}

const javaThatSays = (version: string) =>
  program(`java-${version}`, `echo 'openjdk version "${version}"' >&2`)

describe('findJava', () => {
  it('reads the version Java says', async () => {
    const command = await javaThatSays('21.0.1')
    expect(await findJava('4.3.1', command)).toEqual({ command, version: '21.0.1' })
  })

  it.each([
    ['4.3.1', '11.0.2', 'Java 11.0.2 is too old: Kafka 4.3.1 needs Java 17 or newer'],
    ['4.3.1', '1.8.0_402', 'Java 1.8.0_402 is too old: Kafka 4.3.1 needs Java 17 or newer'],
    ['3.9.2', '1.8.0_402', 'Java 1.8.0_402 is too old: Kafka 3.9.2 needs Java 11 or newer'],
  ])('refuses to run Kafka %s on Java %s', async (kafkaVersion, javaVersion, message) => {
    await expect(findJava(kafkaVersion, await javaThatSays(javaVersion))).rejects.toThrow(message)
  })

  it('runs Kafka 3.9 on Java 11', async () => {
    expect(await findJava('3.9.2', await javaThatSays('11.0.2'))).toMatchObject({ version: '11.0.2' })
  })

  it('says that there is no Java and what to install', async () => {
    const error = await findJava('4.3.1', join(dir, 'missing')).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(SandboxError)
    expect(error).toMatchObject({
      message: expect.stringMatching(/^no Java: /),
      hint: expect.stringContaining('JRE 17'),
    })
  })
})

describe('resolveJars', () => {
  const wanted = (name: string, mavenCommand: string) =>
    resolveJars({ version: '4.3.1', cacheDir: join(dir, name), mavenCommand })

  it('says that there is no Maven and what serves instead', async () => {
    await expect(wanted('a', join(dir, 'missing'))).rejects.toMatchObject({
      message: expect.stringMatching(/^no Maven: /),
      hint: expect.stringContaining('--kafka-home'),
    })
  })

  it("passes on Maven's reason", async () => {
    const maven = await program(
      'mvn-fails',
      `printf '\\033[0m[ERROR] Could not find artifact -> [Help 1]\\n[ERROR] \\n'; exit 1`,
    )
    await expect(wanted('b', maven)).rejects.toThrow('of Kafka 4.3.1: Could not find artifact')
  })

  it('runs Maven once for many kt at the same time, and never again', async () => {
    const log = join(dir, 'runs')
    const copy = `for a in "$@"; do case $a in -DoutputDirectory=*) out=\${a#*=};; esac; done`
    const lines = `${copy}\necho run >> ${log}\nsleep 0.3\ntouch $out/b.jar $out/kafka-clients-4.3.1.jar`
    const maven = await program('mvn-works', lines)
    const all = await Promise.all([1, 2, 3].map(() => wanted('c', maven)))
    all.push(await wanted('c', join(dir, 'missing')))
    const libs = join(dir, 'c', 'kafka', '4.3.1', 'libs')
    const classpath = `${libs}/b.jar:${libs}/kafka-clients-4.3.1.jar`
    expect(all).toEqual(Array(4).fill({ classpath, version: '4.3.1' }))
    expect(await readFile(log, 'utf8')).toBe('run\n')
  })

  it('takes the lock of a kt that died', async () => {
    const versionDir = join(dir, 'd', 'kafka', '4.3.1')
    await mkdir(versionDir, { recursive: true })
    await writeFile(join(versionDir, 'libs.lock'), '{"pid":1,"startedAt":"never"}')
    await expect(wanted('d', join(dir, 'missing'))).rejects.toThrow('no Maven')
  })

  it('reads the version of a distribution from its jars, and leaves one logging binding', async () => {
    const libs = join(dir, 'home', 'libs')
    await mkdir(libs, { recursive: true })
    const names = [
      'kafka-clients-3.9.2.jar',
      'log4j-slf4j-impl-2.25.4.jar',
      'slf4j-reload4j-1.7.36.jar',
      'x.txt',
    ]
    await Promise.all(names.map((name) => writeFile(join(libs, name), '')))
    const jars = await resolveJars({ version: '4.3.1', cacheDir: dir, kafkaHome: join(dir, 'home') })
    expect(jars.version).toBe('3.9.2')
    expect(jars.classpath).toBe(`${libs}/kafka-clients-3.9.2.jar:${libs}/slf4j-reload4j-1.7.36.jar`)
  })

  it('says what a folder without Kafka lacks', async () => {
    await expect(resolveJars({ version: '4.3.1', cacheDir: dir, kafkaHome: dir })).rejects.toThrow(
      'has no kafka-clients jar',
    )
  })
})
