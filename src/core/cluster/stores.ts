/** Files of keys and certificates: PEM, PKCS#12 and Java's JKS, told apart by their first bytes whatever the type setting says. */
import { readFile } from 'node:fs/promises'
import { UsageError } from '../errors.ts'

export interface Store {
  /** Certificates of others, in PEM. */
  authorities: string[]
  /** Our own private key, in PEM. */
  key: string | undefined
  /** Our own certificate and those that vouch for it, in PEM. */
  chain: string[]
}

const JKS_MAGIC = 0xfeedfeed

/** `property` is the beginning of the properties it comes from: ssl.truststore or ssl.keystore. */
export async function readStore(location: string, password: string | null, property: string): Promise<Store> {
  const bytes = await readFile(location).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`${property}.location: cannot read ${location} (${cause.code ?? cause.message})`, {
      cause,
    })
  })
  const isBinary = bytes[0] === 0x30 || (bytes.length >= 4 && bytes.readUInt32BE(0) === JKS_MAGIC)
  return isBinary ? readBinaryStore(bytes, location, password, property) : readPem(bytes.toString('latin1'))
}

/** The blocks of one kind in a text; line ends may have been lost, as in one-line property values. */
export function pemBlocks(text: string, kind: 'CERTIFICATE' | 'PRIVATE KEY'): string[] {
  const block = new RegExp(`-+BEGIN ((?:[A-Z0-9]+ )*${kind})-+([\\s\\S]*?)-+END \\1-+`, 'g')
  return [...text.matchAll(block)].map(([whole, label = '', body = '']) => {
    // An old-style encrypted key has header lines, which must stay lines.
    if (body.includes(':')) return whole
    const lines = body.replace(/\s+/g, '').replace(/.{64}(?!$)/g, '$&\n')
    return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
  })
}

function readPem(text: string): Store {
  const certificates = pemBlocks(text, 'CERTIFICATE')
  const [key] = pemBlocks(text, 'PRIVATE KEY')
  return key === undefined
    ? { authorities: certificates, key, chain: [] }
    : { authorities: [], key, chain: certificates }
}

interface Entry {
  ca?: string
  cert?: string
  key?: string
}

async function readBinaryStore(
  bytes: Buffer,
  location: string,
  password: string | null,
  property: string,
): Promise<Store> {
  if (password === null) {
    throw new UsageError(`${property}.location: ${location} needs a password`, {
      hint: `set ${property}.password`,
    })
  }
  const { toPem } = await import('jks-js')
  let entries: Entry[]
  try {
    entries = Object.values(toPem(bytes, password) as Record<string, Entry>)
  } catch (cause) {
    throw new UsageError(`${property}.location: cannot open ${location}: ${reasonOf(cause)}`, {
      hint: `check ${property}.password; PEM files work too`,
      cause,
    })
  }
  const own = entries.find(({ key }) => key !== undefined)
  return {
    authorities: entries
      .flatMap(({ ca, cert, key }) => [ca, key === undefined ? cert : undefined])
      .flatMap(certificatesIn),
    key: own?.key,
    chain: certificatesIn(own?.cert),
  }
}

function certificatesIn(text: string | undefined): string[] {
  return text === undefined ? [] : pemBlocks(text, 'CERTIFICATE')
}

function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  return /mac|password|tampered/i.test(message) ? 'the password is wrong, or the file is damaged' : message
}
