/** Microseconds of the monotonic clock, with its nanoseconds behind the point. */
export function nowUs(): number {
  return performance.now() * 1000
}
