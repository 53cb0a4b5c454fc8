import type { Reporter, TestModule, TestState } from 'vitest/node'

/** Prints `N passed, N failed` (and `, N skipped`) as the last line of a run, for whoever reads only that. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[columnOf(test.result().state)]++
      counts.failed += brokenParts(module)
    }
    // After what the other reporters write.
    process.once('exit', () => process.stdout.write(`${closingLine(counts)}\n`))
  }
}

/** A test that was never reached is no skipped one. */
function columnOf(state: TestState): 'passed' | 'failed' | 'skipped' {
  return state === 'pending' ? 'failed' : state
}

/** Files that cannot be loaded and hooks that throw are failures without a test of their own. */
function brokenParts(module: TestModule): number {
  return [module, ...module.children.allSuites()].filter((part) => part.errors().length > 0).length
}

export function closingLine({
  passed,
  failed,
  skipped,
}: Record<'passed' | 'failed' | 'skipped', number>): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
