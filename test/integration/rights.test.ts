/** docs/rights.md, row by row: what it lists is enough, and with one right less the command says which one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePorts } from '../../src/core/sandbox/ports.ts'
import { start } from '../../src/core/sandbox/start.ts'
import { stop } from '../../src/core/sandbox/stop.ts'
import { cacheDir } from '../support/cache.ts'
import { kt, type KtResult } from '../support/cli.ts'
import { type Right, setRights } from '../support/client.ts'
import { HANGS_AFTER_MS } from '../support/eventually.ts'

const dir = mkdtempSync(join(tmpdir(), 'kt-rights-'))
let admin = ''
let secured = ''

/** Of docs/rights.md, in its order: the row's first command, a line of it, and all the rights for that line. */
const ALLOWED: [row: string, line: string, rights: string[], stdin?: string][] = [
  ['topics describe', 'topics describe orders', ['DESCRIBE topic orders', 'DESCRIBE_CONFIGS topic orders']],
  ['topics create', 'topics create new-1', ['CREATE topic new-1']],
  ['topics create', 'topics create new-2', ['CREATE cluster kafka-cluster']],
  ['topics alter', 'topics alter altered --partitions 2', ['ALTER topic altered']],
  ['topics delete', 'topics delete deleted --yes', ['DELETE topic deleted']],
  ['delete-records', 'delete-records shortened --before latest --yes', ['DELETE topic shortened']],
  ['console-producer', 'console-producer sink', ['WRITE topic sink'], '1\n2\n'],
  [
    'console-producer',
    'console-producer sink --transactional-id tx-1',
    ['WRITE topic sink', 'WRITE transactionalId tx-1'],
    '1\n2\n',
  ],
  ['console-producer', 'perf producer sink --num-records 10', ['WRITE topic sink']],
  [
    'console-producer',
    'perf producer new-3 --num-records 10 --partitions 1',
    ['CREATE topic new-3', 'WRITE topic new-3'],
  ],
  ['console-consumer', 'console-consumer orders --from-beginning -e', ['READ topic orders']],
  [
    'console-consumer',
    'console-consumer orders --from-beginning --max-messages 3 --group g-1',
    ['READ topic orders', 'READ group g-1'],
  ],
  ['console-consumer', 'perf consumer orders --num-records 3', ['READ topic orders']],
  ['perf verifiable-producer', 'perf verifiable-producer sink --max-messages 3', ['WRITE topic sink']],
  [
    'perf verifiable-consumer',
    'perf verifiable-consumer orders --group-id g-3 --max-messages 3',
    ['READ topic orders', 'READ group g-3'],
  ],
  ['perf latency', 'perf latency sink --num-records 5', ['WRITE topic sink', 'READ topic sink']],
  ['copy', 'copy orders sink', ['READ topic orders', 'WRITE topic sink']],
  [
    'copy',
    'copy orders new-4 --create',
    ['READ topic orders', 'DESCRIBE_CONFIGS topic orders', 'CREATE topic new-4', 'WRITE topic new-4'],
  ],
  ['copy', 'copy orders sink --group g-2', ['READ topic orders', 'WRITE topic sink', 'READ group g-2']],
  [
    'copy',
    'copy orders sink --exactly-once',
    [
      ...['READ topic orders', 'WRITE topic sink'],
      ...['WRITE transactionalId kt-copy-orders-sink', 'READ group kt-copy-orders-sink'],
    ],
  ],
  ['groups describe', 'groups describe kept', ['DESCRIBE group kept']],
  [
    'groups reset-offsets',
    'groups reset-offsets kept --to-earliest --topic orders',
    ['DESCRIBE group kept', 'DESCRIBE topic orders'],
  ],
  [
    'groups reset-offsets',
    'groups reset-offsets kept --to-earliest --topic orders --execute',
    ['READ group kept', 'READ topic orders'],
  ],
  [
    'groups delete-offsets',
    'groups delete-offsets dropped --topic orders --yes',
    ['DELETE group dropped', 'READ topic orders'],
  ],
  ['groups delete', 'groups delete doomed --yes', ['DELETE group doomed']],
  ['offsets dump', 'offsets dump', ['READ topic __consumer_offsets']],
  ['offsets dump', 'transactions dump', ['READ topic __transaction_state']],
]

/** A user for each set of rights: nobody waits until a right that was taken away is gone. */
const users: { name: string; rights: string[] }[] = []
const userWith = (rights: string[]) => users[users.push({ name: `u${users.length}`, rights }) - 1]!.name
const CASES = ALLOWED.map(([row, line, rights, stdin]) => ({
  ...{ row, line, rights, stdin },
  user: userWith(rights),
  lacking: rights.map((right) => ({ right, user: userWith(rights.filter((one) => one !== right)) })),
}))
const describer = userWith(['DESCRIBE topic orders'])

beforeAll(async () => {
  const [plain = 0, sasl = 0, controller = 0] = await freePorts(3)
  const listeners = `PLAINTEXT://127.0.0.1:${plain},SASL://127.0.0.1:${sasl}`
  const logins = users.map(({ name }) => `user_${name}="secret"`).join(' ')
  await start({
    dir: join(dir, 'kafka'),
    cacheDir,
    port: plain,
    isOwned: true,
    isThrowAway: true,
    readyTimeoutMs: HANGS_AFTER_MS,
    config: {
      listeners: `${listeners},CONTROLLER://127.0.0.1:${controller}`,
      'advertised.listeners': listeners,
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT',
      'sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.sasl.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${logins};`,
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    },
  })
  admin = `127.0.0.1:${plain}`
  secured = `127.0.0.1:${sasl}`
  for (const topic of ['orders', 'sink', 'altered', 'deleted', 'shortened', 'other'])
    await asAdmin(`topics create ${topic}`)
  for (const topic of ['orders', 'shortened']) await asAdmin(`console-producer ${topic}`, '1\n2\n3\n')
  await asAdmin('console-producer sink --transactional-id tx-0', '0\n')
  for (const group of ['kept', 'dropped', 'doomed'])
    await asAdmin(`groups reset-offsets ${group} --to-offset 1 --topic orders --execute`)
  await setRights(
    admin,
    users.flatMap(({ name, rights }) => rights.map((right) => asRight(right, name))),
  )
})
afterAll(async () => {
  await stop({ dir: join(dir, 'kafka'), cacheDir, isDeleted: true })
  rmSync(dir, { recursive: true, force: true })
})

async function asAdmin(line: string, stdin = ''): Promise<void> {
  const { code, stderr } = await kt(line.split(' '), { stdin, env: { KT_BOOTSTRAP_SERVER: admin } })
  expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' })
}

function run(user: string, line: string, stdin = ''): Promise<KtResult> {
  const login = 'org.apache.kafka.common.security.plain.PlainLoginModule'
  const file = join(dir, `${user}.properties`)
  const jaas = `sasl.jaas.config=${login} required username="${user}" password="secret";`
  writeFileSync(file, `security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n${jaas}\n`)
  const words = [...line.split(' '), '--bootstrap-server', secured]
  const settings = line.startsWith('copy')
    ? ['--from-command-config', file, '--to-command-config', file]
    : ['--command-config', file]
  return kt([...words, ...settings], { stdin })
}

function asRight(text: string, user: string): Right {
  const [operation, type, name] = text.split(' ') as [Right['operation'], Right['type'], string]
  return { type, name, operation, isAllowed: true, principal: `User:${user}` }
}

describe.each(CASES)('kt $line', ({ row, line, rights, stdin, user, lacking }) => {
  it.each(lacking)('names $right where only that is missing', async ({ right, user: without }) => {
    const { code, stderr } = await run(without, line, stdin)
    // Commands about groups look first, and say what that needs: every right brings it.
    const operation = right.split(' ')[0]! + (row.startsWith('groups') ? '|DESCRIBE' : '')
    expect(stderr).toMatch(new RegExp(`the user needs .*\\b(${operation})\\b`))
    expect(code).toBe(1)
  })

  it('needs no more than the table says', async () => {
    const made = /new-\d/.exec(line)?.[0]
    if (made !== undefined) await asAdmin(`topics delete ${made} --if-exists --yes`)
    const { code, stderr } = await run(user, line, stdin)
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
    const table = readFileSync(new URL('../../docs/rights.md', import.meta.url), 'utf8')
    const cells = table.split('\n').find((one) => one.includes(`\`${row}\``) && one.startsWith('|'))
    for (const right of rights) expect(cells).toContain(right.split(' ')[0])
  })
})

it.each(['topics list --output java', 'get-offsets --output java'])(
  'kt %s leaves out what may not be described',
  async (line) => {
    const { code, stdout } = await run(describer, line)
    expect({ code, topics: stdout.trim().replaceAll(/:.*/g, '') }).toEqual({ code: 0, topics: 'orders' })
  },
)
