import { KtError } from '../errors.ts'

/** The sandbox could not do what was asked, e.g. no Java, a port taken, a node that died. Exit code 1. */
export class SandboxError extends KtError {}

/** A node ended or hung while it started; the hint names its log. */
export class NodeDiedError extends SandboxError {}
