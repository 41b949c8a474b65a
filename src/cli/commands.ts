import type { Settings } from '../config';
import { auditVerify } from './auditVerify';
import { bench } from './bench/bench';
import { ack } from './client/ack';
import { add } from './client/add';
import { fetchTask } from './client/fetch';
import type { Command } from './command';
import { auditExplain } from './auditExplain';
import { auditReplay } from './auditReplay';
import { auditState } from './auditState';
import { auditWhatIf } from './auditWhatIf';
import { NAME } from './commandLine';
import { completionOf } from './completion/completion';
import { configPrint } from './configPrint';
import { doctor } from './doctor/doctor';
import { health } from './health';
import { info } from './info';
import { migrate } from './migrate';
import { projectionRebuild } from './projectionRebuild';
import { projectionVerify } from './projectionVerify';
import { queues } from './queues';
import { retention } from './retention';
import { serve } from './serve';
import { start } from './start';
import { worker } from './worker/worker';

const OTHERS = [
  start,
  serve,
  migrate,
  doctor,
  health,
  info,
  queues,
  add,
  fetchTask,
  ack,
  worker,
  bench,
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

/** All there are, in the order of the help. */
export const COMMANDS = [
  ...OTHERS,
  completionOf(NAME, OTHERS),
] as unknown as readonly Command<Settings>[]; // as above
