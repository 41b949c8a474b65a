export { documented } from './documented';
export { effective } from './effective';
export { optionsOf, textOf } from './flags';
export type { Transporter } from './codecs';
export { urlsIn } from './codecs';
export type { Config } from './readConfig';
export { readConfig } from './readConfig';
export type { Settings, Values } from './setting';
export * as settings from './settings';
