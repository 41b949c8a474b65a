import { bullMq } from '../peers/bullMq';
import { original } from '../peers/original';
import { ours } from '../peers/ours';
import { pgBoss } from '../peers/pgBoss';
import { rabbitMq } from '../peers/rabbitMq';
import { raw } from '../peers/raw';
import type { Contender } from '../peers/contender';
import type { Goal, Row, TablePlan } from './table';
import { ratiosOf } from './table';
import { add, cycle, type Run } from './run';

const CALLERS = [64, 256] as const;
type Callers = (typeof CALLERS)[number];

/** To whom, and by how much at how many callers. */
type Goals = readonly (readonly [Contender, Contender, Partial<Record<Callers, Goal>>])[];

const periodic = ours('periodic');
const batch = ours('batch');
const always = bullMq('always');
const everySecond = bullMq('everysec');

export const adds: TablePlan = {
  name: 'adds',
  families: ['ours', 'raw'],
  measure: (run) =>
    measure(
      run,
      'Adds',
      'adds/s',
      add,
      [periodic, raw],
      [[periodic, raw, { 64: { must: 1.2, try: 2 }, 256: { must: 1.7, try: 3 } }]],
    ),
};

export const cycles: TablePlan = {
  name: 'cycles',
  families: [],
  measure: (run) =>
    measure(
      run,
      'Cycles: add, fetch and ack, or what is like them',
      'cycles/s',
      cycle,
      [periodic, batch, always, everySecond, rabbitMq, pgBoss, original],
      [
        [periodic, always, { 64: { must: 1, try: 1.5 }, 256: { must: 1.2, try: 2 } }],
        [batch, always, { 64: { must: 0.8, try: 1.2 }, 256: { must: 1, try: 1.5 } }],
        [periodic, everySecond, {}],
        [periodic, rabbitMq, { 64: { must: 0.8, try: 1.2 } }],
        [periodic, pgBoss, { 64: { must: 7, try: 12 } }],
        [periodic, original, { 64: { must: 9, try: 15 } }],
      ],
    ),
};

async function measure(
  run: Run,
  title: string,
  unit: string,
  work: typeof add,
  contenders: readonly Contender[],
  goals: Goals,
) {
  const rows: Row[] = [];
  const ofCallers = (callers: Callers): string => `${unit}, ${String(callers)} callers`;
  for (const callers of CALLERS) {
    const figures = await run.perSecond(contenders, work, callers);
    rows.push(...figures.map((figure) => ({ of: ofCallers(callers), ...figure })));
  }
  const ratios = goals.flatMap(([one, other, goal]) =>
    CALLERS.flatMap((callers) =>
      ratiosOf(rows, ofCallers(callers), [one.name, other.name], goal[callers]),
    ),
  );
  return { title, rows, ratios };
}
