import { YesNo } from './codecs';
import { shownOf } from './effective';
import type { Settings } from './setting';
import { envOf, fileEnvOf, flagOf } from './setting';

/** A flag of the command line. */
export interface Flag {
  /** `--redis-url`. */
  readonly flag: string;
  /** With the place of its value, as a help text has it. */
  readonly flags: string;
  readonly about: string;
}

const CONFIG_FILE: Flag = {
  flag: '--config',
  flags: '--config <file>',
  about: 'JSON file with settings; flag and environment win over it (CONFIG_FILE)',
};

/** The flags of these settings, and that of the file. */
export const optionsOf = (settings: Settings): Flag[] => [
  CONFIG_FILE,
  ...Object.entries(settings).flatMap(([key, setting]) => flagsOf(key, setting)),
];

/** Those of one setting, the first is the one to name. */
export function flagsOf(key: string, setting: Settings[string]): readonly [Flag, ...Flag[]] {
  const byDefault = shownOf(setting, setting.byDefault);
  const shown = byDefault === null ? '' : `, default ${textOf(byDefault)}`;
  const about = setting.about.replaceAll('`', '').replace(/\.$/, '');
  const flag = flagOf(key, setting);
  if (!setting.secret) {
    const place = setting.codec === YesNo ? '[true|false]' : '<value>';
    return [{ flag, flags: `${flag} ${place}`, about: `${about} (${envOf(key)}${shown})` }];
  }
  const env = `${fileEnvOf(key)}, or ${envOf(key)} itself`;
  const ofFile = {
    flag: `${flag}-file`,
    flags: `${flag}-file <path>`,
    about: `${about}: a file that holds it (${env})`,
  };
  if (setting.flag === null) return [ofFile];
  const openly = `${about}; who may see the processes of this machine can read it here`;
  return [{ flag, flags: `${flag} <value>`, about: openly }, ofFile];
}

/** As it would be written for a flag. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.join() : JSON.stringify(value);
