import type { Settings } from '../config';
import { auditVerify } from './auditVerify';
import type { Command } from './command';
import { auditExplain } from './auditExplain';
import { auditReplay } from './auditReplay';
import { auditState } from './auditState';
import { auditWhatIf } from './auditWhatIf';
import { configPrint } from './configPrint';
import { health } from './health';
import { info } from './info';
import { migrate } from './migrate';
import { projectionRebuild } from './projectionRebuild';
import { projectionVerify } from './projectionVerify';
import { queues } from './queues';
import { retention } from './retention';
import { serve } from './serve';
import { start } from './start';

/** All there are, in the order of the help. */
export const COMMANDS = [
  start,
  serve,
  migrate,
  health,
  info,
  queues,
  projectionRebuild,
  projectionVerify,
  auditReplay,
  auditExplain,
  auditState,
  auditWhatIf,
  retention,
  auditVerify,
  configPrint,
] as unknown as readonly Command<Settings>[]; // each takes what its own settings are decoded to
