import { createTopics } from './create-topics.ts'
import { deleteTopics } from './delete-topics.ts'
import { fetch } from './fetch.ts'
import { findCoordinator } from './find-coordinator.ts'
import { initProducerId } from './init-producer-id.ts'
import { listOffsets } from './list-offsets.ts'
import { metadata } from './metadata.ts'
import { produce } from './produce.ts'

/** What the fake broker can answer by itself; ApiVersions is told from these (see ../index.ts). */
export const defaultHandlers = [
  createTopics,
  deleteTopics,
  fetch,
  findCoordinator,
  initProducerId,
  listOffsets,
  metadata,
  produce,
]
