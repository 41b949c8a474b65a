import { described, flag, oneOf, record, text } from './schemas';

/** What probes are answered. */

const part = (description: string) =>
  described(
    record<{ readonly ok: boolean; readonly reason: string }>(
      { ok: flag('It answers.'), reason: text('Why it does not.') },
      ['reason'],
    ),
    description,
  );

const Live = record<{ readonly status: string }>({
  status: oneOf(['live'], 'This process takes requests.'),
});

const PARTS = {
  log: part('The log.'),
  projection: part('The projection.'),
  keys: part('The keys.'),
};

const Ready = record<{ readonly status: string } & typeof PARTS>({
  status: oneOf(['ready'], 'The queue can be used.'),
  ...PARTS,
});

const NotReady = record<Partial<typeof PARTS> & { status: string; reason: string }>(
  {
    status: oneOf(['not ready'], 'The queue cannot be used.'),
    ...PARTS,
    reason: text('Why not, where it is not known of which part.'),
  },
  ['log', 'projection', 'keys', 'reason'],
);

export const HEALTH_ANSWERS = { Live, Ready, NotReady };
