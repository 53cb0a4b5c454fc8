// uPlot as text, for the pages that `kt perf --report` writes: a page needs nothing beside itself.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'

/** Constants for esbuild's and Vite's `define`. */
export function pageTexts() {
  const folder = dirname(createRequire(import.meta.url).resolve('uplot/package.json'))
  const text = (name) => JSON.stringify(readFileSync(`${folder}/dist/${name}`, 'utf8'))
  return { KT_UPLOT_SCRIPT: text('uPlot.iife.min.js'), KT_UPLOT_STYLE: text('uPlot.min.css') }
}
