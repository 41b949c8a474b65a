import { Option } from 'commander';
import type { Command } from '../command';
import { CommandFailed } from '../commandFailed';
import { CALLING, jsonGiven, REQUIRED, SERVICE, WORKER } from './calling';
import { gatewayClient } from './gatewayClient';

export const ack: Command<typeof CALLING> = {
  name: 'ack',
  about:
    'Confirms the task that a worker holds, through a gateway. Ends with 1 if the worker holds none, or not ' +
    'that lease.',
  examples: [
    'ack mailer --lease-id 2.1.7',
    `ack mailer --worker-id w1 --lease-id 2.1.7 --result '{"sent":true}'`,
    'ack mailer --lease-id 2.1.7 --error - < why.json',
  ],
  settings: CALLING,
  required: REQUIRED,
  args: [SERVICE()],
  options: [
    WORKER(),
    new Option('--lease-id <id>', 'as fetch gave it; without: whatever the worker holds now'),
    new Option('--result <json>', 'what came of it; - reads it from stdin'),
    new Option('--error <json>', 'why nothing came of it; - reads it from stdin'),
  ],
  async run({ values }, asked, io) {
    const { service, workerId, leaseId, result, error, json } = asked as {
      readonly service: string;
      readonly workerId: string;
      readonly leaseId?: string;
      readonly result?: string;
      readonly error?: string;
      readonly json?: boolean;
    };
    const isAcked = await gatewayClient(values, service).ack({
      workerId,
      ...(leaseId === undefined ? {} : { leaseId }),
      ...(result === undefined ? {} : { result: await jsonGiven('--result', result, io) }),
      ...(error === undefined ? {} : { error: await jsonGiven('--error', error, io) }),
    });
    if (json === true) io.print(`${String(isAcked)}\n`);
    else if (isAcked) io.print('Acked.\n');
    if (isAcked) return;
    const held = leaseId === undefined ? 'no task' : `no lease ${leaseId}`;
    throw new CommandFailed(
      `Not acked: worker ${JSON.stringify(workerId)} holds ${held}. Set --worker-id and --lease-id as for the ` +
        'fetch; if the lease has run out, fetch again.',
    );
  },
};
