/** The table that a run of the fault tests ends with. */
import type { Reporter, TestCase, TestModule } from 'vitest/node'

export interface FaultRun {
  fault: string
  records: number
  acknowledged: number
  lost: number
  duplicated: number
  outOfOrder: number
  longestGapMs: number
  exitCode: number | null
}

declare module 'vitest' {
  interface TaskMeta {
    faultRuns?: FaultRun[]
    /** Why a fault could not be made here. */
    notRun?: string
  }
}

const HEADINGS = ['fault', 'records', 'acked', 'lost', 'dup', 'disorder', 'gap ms', 'exit', 'result']

export class FaultTable implements Reporter {
  /** A line as each test ends: the whole takes minutes. */
  onTestCaseResult(test: TestCase): void {
    if (test.result().state === 'skipped' && test.meta().notRun === undefined) return
    for (const row of rowsOf(test)) process.stdout.write(`${row.join(' | ')}\n`)
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules.flatMap((module) => [...module.children.allTests()].flatMap(rowsOf))
    const table = [HEADINGS, ...rows]
    const widths = HEADINGS.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
    const text = table.map((row) =>
      row.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join('  '),
    )
    process.once('exit', () => {
      const seed = process.env['KT_FAULT_SEED']
      process.stdout.write(`\n${text.map((line) => line.trimEnd()).join('\n')}\n\nKT_FAULT_SEED=${seed}\n`)
    })
  }
}

function rowsOf(test: TestCase): string[][] {
  const { faultRuns = [], notRun } = test.meta()
  const { state } = test.result()
  const result = notRun !== undefined ? `not run: ${notRun}` : state
  if (faultRuns.length === 0) return [[test.name, '', '', '', '', '', '', '', result]]
  return faultRuns.map((run) => [
    run.fault,
    ...[run.records, run.acknowledged, run.lost, run.duplicated, run.outOfOrder, run.longestGapMs].map(
      String,
    ),
    String(run.exitCode ?? 'killed'),
    result,
  ])
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 || column === HEADINGS.length - 1 ? cell.padEnd(width) : cell.padStart(width)
}
