import { logContract } from '../../contract/log/logContract';
import { memoryLog } from './memoryLog';
import type { LogStore } from './memoryLog';

logContract('The log of the simulation', () => {
  const store: LogStore = new Map();
  const open = () => Promise.resolve(memoryLog(store));
  return { open, reopen: open, dispose: () => Promise.resolve() };
});
