/** A port whose named methods are replaced. */
export const over = <P extends object>(port: P, methods: Partial<P>): P =>
  Object.assign(Object.create(port) as P, methods);

/** Holds up whoever awaits it until it is opened. */
export function closedGate(): { gate: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  return { gate, open };
}

/** Lets all that can go on without a clock or a server go on. */
export const turns = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
};
