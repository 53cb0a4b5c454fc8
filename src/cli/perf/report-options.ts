/** The options that every perf command has: what comes out of it, beside what is measured. */
import { count, text } from '../options.ts'

const heading = 'Results'

export const reportOptions = {
  'reporting-interval': count('how often progress is told', {
    placeholder: 'MS',
    min: 1,
    default: 5000,
    heading,
  }),
  csv: text('write the intervals to FILE as CSV', { placeholder: 'FILE', heading }),
  report: text('write a page to FILE.html: charts, percentiles, settings, machine', {
    placeholder: 'FILE',
    heading,
  }),
  compare: text('compare with a result that --output json has written', { placeholder: 'OLD.json', heading }),
}

export interface ReportValues {
  reportingInterval: number
  csv: string | undefined
  report: string | undefined
  compare: string | undefined
}
