/** Where a service tells its operator something. Moleculer's loggers are such. */
export interface Log {
  info(...args: unknown[]): void;
  warn(...args: unknown[]): void;
  error(...args: unknown[]): void;
}
