import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DeleteGroups } from '../../../src/core/protocol/generated/apis/DeleteGroups.ts'
import { DescribeGroups } from '../../../src/core/protocol/generated/apis/DescribeGroups.ts'
import { ListGroups } from '../../../src/core/protocol/generated/apis/ListGroups.ts'
import { type FakeBroker, startFakeBroker } from '../../broker/index.ts'
import type { TestContext } from '../../support/context.ts'
import { runCommand } from '../../support/run-command.ts'

const GROUP_ID_NOT_FOUND = 69
const member = { memberId: 'm-1', clientId: 'c', clientHost: '/127.0.0.1' }

let broker: FakeBroker
let deleted: string[]

beforeAll(async () => {
  broker = await startFakeBroker({ topics: { orders: 2 } })
  const listing = { protocolType: 'consumer', groupType: 'classic' }
  broker.on(ListGroups, () => ({
    groups: [
      { groupId: 'idle', groupState: 'Empty', ...listing },
      { groupId: 'busy', groupState: 'Stable', ...listing },
    ],
  }))
  broker.on(DescribeGroups, ({ groups }) => ({
    groups: groups.map((groupId) => {
      if (groupId === 'idle') return { groupId, groupState: 'Empty' }
      if (groupId === 'busy') return { groupId, groupState: 'Stable', members: [member] }
      return { groupId, groupState: 'Dead', errorCode: GROUP_ID_NOT_FOUND }
    }),
  }))
  broker.on(DeleteGroups, ({ groupsNames }) => {
    deleted.push(...groupsNames)
    return { results: groupsNames.map((groupId) => ({ groupId })) }
  })
})
beforeEach(() => void (deleted = []))
afterAll(() => broker.close())

async function run(...words: string[]) {
  const opened: TestContext[] = []
  const options = { bootstrap: broker.address, isTerminal: true, isConfirmed: true }
  const result = await runCommand(['groups', ...words], opened, options)
  return { ...result, questions: opened.flatMap(({ questions }) => questions) }
}

describe('kt groups delete on a terminal', () => {
  it('asks about a group that it can delete', async () => {
    const { questions, stdout, code } = await run('delete', 'idle')
    expect(questions).toEqual(['Delete group idle with all its offsets?'])
    expect(stdout).toBe('deleted group idle\n')
    expect(code).toBe(0)
  })

  it('says that a group is not there before it asks', async () => {
    const { questions, stderr, code } = await run('delete', 'idel')
    expect(questions).toEqual([])
    expect(stderr.join('\n')).toMatch(/group "idel" does not exist\n.*did you mean "idle"/)
    expect(code).toBe(1)
  })

  it('says how to see what there is where no name is near', async () => {
    const { stderr } = await run('delete', 'something-else')
    expect(stderr.at(-1)).toBe('  kt groups list shows what there is')
  })

  it('says who is in a group before it asks', async () => {
    const { questions, stderr, code } = await run('delete', 'busy')
    expect(questions).toEqual([])
    expect(stderr.join('\n')).toMatch(/group "busy".*\n.*stop its members first: m-1 at/)
    expect(code).toBe(1)
  })

  it('asks about those of several that it can delete, and leaves the others', async () => {
    const { questions, stdout, stderr, code } = await run('delete', '.*')
    expect(questions).toEqual(['Delete group idle with all its offsets?'])
    expect(stdout).toBe('deleted group idle\n')
    expect(stderr[0]).toContain('1 of 2 groups were not deleted')
    expect(deleted).toEqual(['idle'])
    expect(code).toBe(1)
  })
})

describe('kt groups delete-offsets on a terminal', () => {
  it('says that a group is not there before it asks', async () => {
    const { questions, stderr, code } = await run('delete-offsets', 'idel', '--topic', 'orders')
    expect(questions).toEqual([])
    expect(stderr.join('\n')).toContain('group "idel" does not exist')
    expect(code).toBe(1)
  })
})
