/** `950 ms`, `12 s`, `3 m 05 s`, `2 h 10 m`, `4 d 03 h`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} m ${twoDigits(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ${twoDigits(minutes % 60)} m`
  return `${Math.floor(hours / 24)} d ${twoDigits(hours % 24)} h`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
