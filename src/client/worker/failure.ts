const MESSAGE_CHARACTERS_MAX = 2_000;

/** What an ack says of an error: its name and message, without a stack that names files. */
export function failureOf(thrown: unknown): { readonly name: string; readonly message: string } {
  const { name, message } =
    thrown instanceof Error ? thrown : { name: 'Error', message: String(thrown) };
  return { name, message: message.slice(0, MESSAGE_CHARACTERS_MAX) };
}
