/** What is sent back. `body` is JSON text; null: none. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };

export const jsonAnswer = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({ status, headers: { ...JSON_TYPE, ...headers }, body });

export const emptyAnswer: Answer = { status: 204, headers: {}, body: null };
