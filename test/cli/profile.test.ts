import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from '../../src/cli/client-settings.ts'

let home = ''
const notes: string[] = []

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'kt-profile-'))
  mkdirSync(join(home, '.config', 'kt'), { recursive: true })
  const write = (name: string, text: string) => writeFileSync(join(home, '.config', 'kt', name), text)
  write('prod.properties', 'bootstrap.servers=prod:9092\nclient.id=from-profile\nacks=1\nno.such.thing=1\n')
  write('test.properties', 'bootstrap.servers=test:9092\n')
  writeFileSync(join(home, 'own.properties'), 'client.id=from-file\n')
})
afterAll(() => rmSync(home, { recursive: true }))

function settings(values: Record<string, unknown>, env: Record<string, string> = {}) {
  return readSettings({
    values,
    env: { HOME: home, ...env },
    overrides: {},
    note: (text) => void notes.push(text),
  })
}

describe('a profile', () => {
  it('says which cluster, and how one speaks with it', async () => {
    const found = await settings({ profile: 'prod' })
    expect(found['bootstrap.servers']).toEqual(['prod:9092'])
    expect([found['client.id'], found.acks]).toEqual(['from-profile', '1'])
    expect(notes.join()).toContain('prod.properties: unknown client property "no.such.thing" is ignored')
  })

  it('named on the command line stands for what the environment says of a cluster', async () => {
    const env = { KT_BOOTSTRAP_SERVER: 'env:9092', KT_PROFILE: 'test', KT_CLIENT_ID: 'from-env' }
    const found = await settings({ profile: 'prod' }, env)
    expect([found['bootstrap.servers'], found['client.id']]).toEqual([['prod:9092'], 'from-profile'])
  })

  it('named by KT_PROFILE yields to the rest of the environment', async () => {
    const found = await settings({}, { KT_PROFILE: 'prod', KT_BOOTSTRAP_SERVER: 'env:9092' })
    expect([found['bootstrap.servers'], found['client.id']]).toEqual([['env:9092'], 'from-profile'])
  })

  it('yields to a file and to the command line', async () => {
    const commandConfig = join(home, 'own.properties')
    const found = await settings({ profile: 'prod', commandConfig, commandProperty: { acks: 'all' } })
    expect([found['client.id'], found.acks]).toEqual(['from-file', 'all'])
  })

  it('that is not there is an error with the nearest name, or with those that there are', async () => {
    await expect(settings({ profile: 'prdo' })).rejects.toMatchObject({
      message: `no profile "prdo": ${join(home, '.config', 'kt', 'prdo.properties')} does not exist`,
      hint: 'did you mean prod?',
    })
    await expect(settings({ profile: 'quite-other' })).rejects.toMatchObject({
      hint: 'there are: prod, test',
    })
    await expect(settings({ profile: '../x' }, { XDG_CONFIG_HOME: home })).rejects.toMatchObject({
      hint: 'there is none yet',
    })
  })
})
