import type { Params } from '../params/params';
import type { JsonSchema } from '../params/schema';
import type { ErrorGroup } from './errors';
import type { Response } from './types';

/** What the document says of an action, beyond what its route and its parameters say. */
export interface Described {
  readonly summary: string;
  readonly description: string;
  readonly params: Pick<Params<unknown>, 'schemas' | 'required'>;
  /** Of a body, besides what is said of each parameter. */
  readonly rule?: JsonSchema;
  readonly success: Success;
  /** Answers without a body, by status. */
  readonly empty?: Readonly<Record<string, string>>;
  /** In place of those that all actions have, by status. */
  readonly errors?: readonly ErrorGroup[];
  /** Requests with what they are answered, by a word for the situation. */
  readonly examples: Readonly<Record<string, Example>>;
}

export interface Success {
  readonly description: string;
  readonly schema: JsonSchema;
  readonly headers?: NonNullable<Response['headers']>;
}

export interface Example {
  readonly summary: string;
  /** Parameters but for the queue. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly answer: unknown;
}
