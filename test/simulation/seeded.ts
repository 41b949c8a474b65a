import { generator, settingOf } from './generator';
import type { Outcome } from './run';
import { run } from './run';
import type { Setting } from './moves';
import { Random } from './random';
import type { Sabotage } from './world';

/** The history number `n` of a run: it follows from the seed alone. */
export async function seededHistory(
  seed: number,
  n: number,
  options: { sabotage?: Sabotage; isTold?: boolean } = {},
): Promise<Outcome & { readonly setting: Setting }> {
  const random = Random.of(seed, n);
  const setting = settingOf(random);
  const outcome = await run(setting, generator(random), options);
  return { ...outcome, setting };
}
