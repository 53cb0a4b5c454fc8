/** Chooses the seed, and says it before anything can go wrong. */
export default function setup(): void {
  process.env['KT_FAULT_SEED'] ||= String(Math.floor(Math.random() * 2 ** 31))
  process.stdout.write(`KT_FAULT_SEED=${process.env['KT_FAULT_SEED']}\n`)
}
