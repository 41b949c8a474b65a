/** Why the command cannot run, and what to do: said without a stack trace, exit code 1. */
export class CannotStart extends Error {}
