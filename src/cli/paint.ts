const CODES = { red: 31, green: 32, yellow: 33, bold: 1 } as const;

export type Paint = (colour: keyof typeof CODES, text: string) => string;

/** FORCE_COLOR wins over NO_COLOR, as Node has it; without either, a terminal decides. */
export function paintFor(
  { isTTY = false }: { readonly isTTY?: boolean },
  { FORCE_COLOR, NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): Paint {
  const isForced = FORCE_COLOR === undefined ? null : !['0', 'false'].includes(FORCE_COLOR);
  const isOn = isForced ?? ((NO_COLOR ?? '') === '' && isTTY && TERM !== 'dumb');
  return isOn
    ? (colour, text) => `\u001b[${String(CODES[colour])}m${text}\u001b[0m`
    : (_, text) => text;
}
