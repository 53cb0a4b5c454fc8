import { readdir, readFile, readlink } from 'node:fs/promises'

const LISTEN = '0A'

/** Who listens on a port, e.g. "java (pid 4711)"; undefined where the system does not tell us (other users, no /proc). */
export async function portHolder(port: number): Promise<string | undefined> {
  const inode = await listeningInode(port)
  if (inode === undefined) return undefined
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    if (!(await holdsSocket(pid, inode))) continue
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
    return `${name.trim()} (pid ${pid})`
  }
  return undefined
}

/** /proc/net/tcp: 1 local address:port in hex | 3 state | 9 inode. */
async function listeningInode(port: number): Promise<string | undefined> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => ''))
  const rows = (await Promise.all(tables)).join('\n').split('\n')
  const fields = rows.map((row) => row.trim().split(/\s+/))
  return fields.find(([, local, , state]) => state === LISTEN && local?.endsWith(`:${hexPort}`))?.[9]
}

async function holdsSocket(pid: string, inode: string): Promise<boolean> {
  const dir = `/proc/${pid}/fd`
  const fds = await readdir(dir).catch(() => [])
  const links = await Promise.all(fds.map((fd) => readlink(`${dir}/${fd}`).catch(() => '')))
  return links.includes(`socket:[${inode}]`)
}
