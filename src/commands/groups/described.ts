/** What the pages of described groups share. */
import type { GroupDescription } from '../../core/admin/group-description.ts'
import type { LagRow } from '../../core/admin/group-lag.ts'

/** What is shown of groups. */
export type View = 'offsets' | 'members' | 'state'

export interface Show {
  view: View
  /** More columns. */
  isVerbose: boolean
  hasLagTime: boolean
}

export interface Described {
  group: GroupDescription
  /** In the view of offsets. */
  rows: LagRow[]
}
