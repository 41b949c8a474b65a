import { refuseUnknown } from '../params/decode';
import type { Authenticate } from './authenticate';
import { isLoopback } from './hosts';
import type { TokenEntry } from './tokens';
import { bearerTokens } from './tokens';

/** `tokens` or `authenticate` must be given: without, nobody could call. */
export interface GatewayOptions {
  /** Name of the Moleculer service. Default `gateway`. */
  readonly name?: string;
  /** The queue service behind it. Default `worker.queue`. */
  readonly queueService?: string;
  /** Address to listen on. Default 127.0.0.1: this machine only. */
  readonly ip?: string;
  /** 0 picks a free one. Default 3000. */
  readonly port?: number;
  /** Who may call, by bearer token. */
  readonly tokens?: readonly TokenEntry[];
  /** Your own way to know a caller, in place of `tokens`. */
  readonly authenticate?: Authenticate;
  /**
   * Values of the Host header that are answered, in lower case, with the port if it is not the default
   * one. Without: the names of this machine when listening on a loopback address, else all.
   */
  readonly allowedHosts?: readonly string[];
  /** Serves what the gateway offers at /api/openapi.json and /api/docs, without a token. Default true. */
  readonly apiDocs?: boolean;
  /** Size of a body. Default 1 MiB. */
  readonly bodyBytesMax?: number;
  /** Connections at a time; more are closed at once. Default 1,024. */
  readonly connectionsMax?: number;
  /** How long requests under way may take when the service stops. Milliseconds, default 5,000. */
  readonly graceMs?: number;
  /** Called when requests are taken, with the address as a URL, for example http://127.0.0.1:3000. */
  readonly onListening?: (url: string) => void;
}

export interface GatewaySettings {
  readonly name: string;
  readonly queueService: string;
  readonly ip: string;
  readonly port: number;
  readonly authenticate: Authenticate;
  readonly allowedHosts: readonly string[] | 'loopback' | 'all';
  readonly apiDocs: boolean;
  readonly bodyBytesMax: number;
  readonly connectionsMax: number;
  readonly graceMs: number;
  readonly onListening: (url: string) => void;
}

const NAMES: readonly (keyof GatewayOptions)[] = [
  'name',
  'queueService',
  'ip',
  'port',
  'tokens',
  'authenticate',
  'allowedHosts',
  'apiDocs',
  'bodyBytesMax',
  'connectionsMax',
  'graceMs',
  'onListening',
];

export function gatewaySettings(options: GatewayOptions): GatewaySettings {
  refuseUnknown(Object.keys(options), NAMES);
  const authenticate = options.authenticate ?? (options.tokens && bearerTokens(options.tokens));
  if (authenticate === undefined)
    throw new TypeError('Gateway needs the option tokens or authenticate');
  const ip = options.ip ?? '127.0.0.1';
  return {
    name: options.name ?? 'gateway',
    queueService: options.queueService ?? 'worker.queue',
    ip,
    port: options.port ?? 3000,
    authenticate,
    allowedHosts: options.allowedHosts ?? (isLoopback(ip) ? 'loopback' : 'all'),
    apiDocs: options.apiDocs ?? true,
    bodyBytesMax: options.bodyBytesMax ?? 1024 * 1024,
    connectionsMax: options.connectionsMax ?? 1024,
    graceMs: options.graceMs ?? 5000,
    onListening: options.onListening ?? (() => undefined),
  };
}
