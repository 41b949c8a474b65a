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
  ...Object.entries(settings).map(([key, setting]) => {
    const byDefault = shownOf(setting, setting.byDefault);
    const shown = byDefault === null ? '' : `, default ${textOf(byDefault)}`;
    const about = setting.about.replaceAll('`', '').replace(/\.$/, '');
    if (setting.secret) {
      const flag = `${flagOf(key)}-file`;
      const env = `${fileEnvOf(key)}, or ${envOf(key)} itself`;
      return { flag, flags: `${flag} <path>`, about: `${about}: a file that holds it (${env})` };
    }
    const place = setting.codec === YesNo ? '[true|false]' : '<value>';
    return {
      flag: flagOf(key),
      flags: `${flagOf(key)} ${place}`,
      about: `${about} (${envOf(key)}${shown})`,
    };
  }),
];

/** As it would be written for a flag. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.join() : JSON.stringify(value);
