/** Why a command failed, and what to do: said without a stack trace, exit code 1. */
export class CommandFailed extends Error {}
