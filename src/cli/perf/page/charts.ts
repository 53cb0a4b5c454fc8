/** What runs in the page of `--report`: the charts, drawn anew when the window, the colours or the medium change. */
export const CHARTS = `
'use strict'
{
  const { now, old } = JSON.parse(document.getElementById('result').textContent)
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const middle = (one) => (one.fromMs + one.toMs) / 2000
  const number = (value) => (value == null ? '-' : value.toLocaleString('en', { maximumFractionDigits: 2 }))
  const line = (label, stroke, more) => ({ label, stroke: color(stroke), width: 2, points: { show: true, size: 5 }, value: (_, value) => number(value), ...more })
  const axis = (more) => ({ stroke: color('--soft'), grid: { stroke: color('--line'), width: 1 }, ticks: { stroke: color('--line'), width: 1 }, size: 64, values: (_, list) => list.map(number), ...more })
  const seconds = { label: 's', value: (_, value) => number(value) }
  const times = now.intervals.map(middle)
  const read = (key) => now.intervals.map((one) => (one.latencyMs ? one.latencyMs[key] : null))
  const linear = { time: false, range: (_, min, max) => (min === max ? [min - 0.5, max + 0.5] : [min, max]) }
  const upwards = { range: (_, min, max) => [0, (max || 1) * 1.05] }
  const draws = {
    throughput: () => [
      { scales: { x: linear, y: upwards, mb: upwards }, series: [seconds, line('records/s', '--one'), line('MB/s', '--two', { scale: 'mb', dash: [6, 6] })], axes: [axis({ size: 40 }), axis(), axis({ scale: 'mb', side: 1, grid: { show: false } })] },
      [times, now.intervals.map((one) => one.recordsPerSec), now.intervals.map((one) => one.mbPerSec)],
    ],
    latency: () => [
      { scales: { x: linear, y: upwards }, series: [seconds, line('p50', '--one'), line('p99', '--two'), line('max', '--three')], axes: [axis({ size: 40 }), axis()] },
      [times, read('p50'), read('p99'), read('max')],
    ],
    curve: () => {
      const place = (one) => 1 / (1 - Math.min(one.percentile, 99.99999) / 100)
      const points = now.percentiles.filter((one) => one.percentile < 100)
      const before = old ? old.percentiles.filter((one) => one.percentile < 100) : []
      const xs = [...new Set([...points, ...before].map(place))].sort((a, b) => a - b)
      const column = (list) => { const known = new Map(list.map((one) => [place(one), one.ms])); return xs.map((x) => known.get(x)) }
      const series = [{ label: 'percentile', value: (_, x) => (x == null ? '-' : (100 - 100 / x).toFixed(3)) }, line('now', '--one')]
      if (old) series.push(line('before', '--two', { dash: [6, 4] }))
      const labels = axis({ size: 40, values: (_, list) => list.map((x) => (Math.abs(Math.log10(x) % 1) < 1e-9 ? String(Number((100 - 100 / x).toFixed(5))) : '')) })
      return [
        { scales: { x: { time: false, distr: 3, range: (_, min, max) => [min || 1, Math.max(max, 10)] }, y: upwards }, series: series.map((one) => ({ spanGaps: true, ...one })), axes: [labels, axis()] },
        old ? [xs, column(points), column(before)] : [xs, column(points)],
      ]
    },
  }
  const drawn = new Map()
  const draw = () => {
    for (const [id, make] of Object.entries(draws)) {
      const place = document.getElementById(id)
      if (!place) continue
      drawn.get(id)?.destroy()
      const [options, data] = make()
      drawn.set(id, new uPlot({ width: Math.max(280, place.clientWidth), height: 240, ...options }, data, place))
    }
  }
  draw()
  addEventListener('resize', draw)
  addEventListener('beforeprint', draw)
  addEventListener('afterprint', draw)
  for (const query of ['(prefers-color-scheme: dark)', 'print']) matchMedia(query).addEventListener('change', draw)
  // For whoever looks whether the charts have their data.
  globalThis.ktCharts = drawn
}
`
