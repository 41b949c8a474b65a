import type { KeepingOptions } from '../compose';
import type { settings, Values } from '../config';

/** Retention and seals as they were configured. */
export const keepingOf = (values: Values<typeof settings.KEEPING>): KeepingOptions => {
  const keepDays = values['retention.keepDays'];
  const key = values['seals.keyFile'];
  return {
    ...(keepDays === undefined ? {} : { retention: { keepDays } }),
    ...(key ? { seals: { key: key.content, afterHours: values['seals.afterHours'] } } : {}),
  };
};
