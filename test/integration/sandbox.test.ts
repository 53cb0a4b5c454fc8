import { describe, expect, inject, it } from 'vitest'
import { java } from '../support/java.ts'
import { uniqueName } from '../support/names.ts'

const TOPICS = 'org.apache.kafka.tools.TopicCommand'

describe('the shared cluster', () => {
  it('takes a topic from the Java tool and lists it', async () => {
    const topic = uniqueName('sandbox')
    const server = ['--bootstrap-server', inject('bootstrap')]
    const created = await java(TOPICS, [...server, '--create', '--topic', topic])
    expect(created).toMatchObject({ code: 0, stderr: '' })
    expect((await java(TOPICS, [...server, '--list'])).stdout.split('\n')).toContain(topic)
  })
})
