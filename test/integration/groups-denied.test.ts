/** The commands about groups and offsets, for somebody who lacks rights: each says which, and on what. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kt, type KtResult } from '../support/cli.ts'
import { type Right, setRights } from '../support/client.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({
    config: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'allow.everyone.if.no.acl.found': 'true',
      'super.users': 'User:nobody',
    },
  })
  for (const topic of ['orders', 'secret', 'kept']) {
    await run(`topics create ${topic}`)
    await run(`console-producer ${topic}`, '1\n2\n3\n')
  }
  for (const group of ['closed', 'fixed', 'open'])
    await run(`groups reset-offsets ${group} --to-offset 1 --topic orders --execute`)
  await run('groups reset-offsets secretive --to-offset 1 --topic secret --execute')
  await run('console-producer orders --transactional-id tx', '4\n')
  await setRights(cluster.bootstrap, [
    ...allOf('group', 'closed', []),
    ...allOf('group', 'fixed', ['DESCRIBE']),
    ...allOf('topic', 'secret', []),
    ...allOf('topic', 'kept', ['DESCRIBE', 'READ']),
    ...allOf('topic', '__consumer_offsets', []),
    ...allOf('topic', '__transaction_state', []),
  ])
})
afterAll(() => cluster?.stop())

function run(line: string, stdin = ''): Promise<KtResult> {
  return kt(line.split(' '), { stdin, env: { KT_BOOTSTRAP_SERVER: cluster.bootstrap } })
}

/** These rights and no others: what has any ACL is closed to whom none allows. */
function allOf(type: Right['type'], name: string, operations: readonly Right['operation'][]): Right[] {
  if (operations.length === 0) return [{ type, name, operation: 'ALL', isAllowed: false }]
  return operations.map((operation) => ({ type, name, operation, isAllowed: true }))
}

const GROUP = /group "(closed|fixed)".*: Group authorization failed\.\n {2}the user needs /
const TOPIC = /topic "(secret|kept)": Topic authorization failed\.\n {2}the user needs /

const REFUSED: [line: string, said: RegExp, right: string][] = [
  ['groups describe closed', GROUP, 'DESCRIBE'],
  ['groups describe closed --members', GROUP, 'DESCRIBE'],
  ['groups describe closed --state', GROUP, 'DESCRIBE'],
  ['groups describe closed open', /1 of 2 groups were not described: group "closed"/, 'DESCRIBE'],
  ['groups describe --all-groups', /1 of 4 groups were not described: group "closed"/, 'DESCRIBE'],
  ['groups reset-offsets closed --to-earliest --all-topics --execute', GROUP, 'READ'],
  ['groups reset-offsets fixed --to-earliest --all-topics --execute', GROUP, 'READ'],
  ['groups reset-offsets open --to-earliest --topic secret', TOPIC, 'DESCRIBE'],
  ['groups reset-offsets open --to-latest --topic kept --topic secret --execute', TOPIC, 'DESCRIBE'],
  ['groups delete fixed --yes', GROUP, 'DELETE'],
  ['groups delete-offsets fixed --topic orders --yes', GROUP, 'DELETE'],
  ['groups delete-offsets secretive --topic secret --yes', TOPIC, 'DESCRIBE'],
  ['delete-records kept --before latest --yes', /kept-0: Topic authorization failed/, 'DELETE'],
  ['delete-records secret --before latest --yes', TOPIC, 'DELETE'],
  ['offsets dump', /topic "__consumer_offsets": Topic authorization failed/, 'READ'],
  ['offsets dump open', /topic "__consumer_offsets": Topic authorization failed/, 'READ'],
  ['transactions dump', /topic "__transaction_state": Topic authorization failed/, 'READ'],
]

describe('without the right', () => {
  it.each(REFUSED)('%s says what is refused, and which right is missing', async (line, said, right) => {
    const { stderr, code } = await run(line)
    expect(stderr).toMatch(said)
    expect(stderr).toMatch(new RegExp(`\\n {2}the user needs .*\\b${right}\\b`))
    expect(stderr.trim().split('\n'), stderr).toHaveLength(2)
    expect(code).toBe(1)
  })

  it('what is allowed is done all the same', async () => {
    const described = await run('groups describe closed open')
    expect(described.stdout).toMatch(/^open +orders +0 +1 /m)
    const { stdout, code } = await run('get-offsets --output java')
    expect([stdout, code]).toEqual(['kept:0:3\norders:0:5\n', 0])
  })
})
