/** Latencies in HdrHistograms: microseconds, three significant digits, any length. The only importer of hdr-histogram-js. */
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  type JsHistogram,
} from 'hdr-histogram-js'

export type { Histogram } from 'hdr-histogram-js'

const HIGHEST_US = 60_000_000

/** Grows by itself beyond a minute. */
export function createHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
    useWebAssembly: false,
    autoResize: true,
  })
}

/** Base64, for another process. */
export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram)
}

export function decodeHistogram(text: string): Histogram {
  return decodeFromCompressedBase64(text, 64) as JsHistogram
}
