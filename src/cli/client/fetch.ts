import { Option } from 'commander';
import { durationOf, isoOf } from '../audit';
import type { Command } from '../command';
import { CALLING, REQUIRED, SERVICE, WORKER } from './calling';
import { gatewayClient } from './gatewayClient';

export const fetchTask: Command<typeof CALLING> = {
  name: 'fetch',
  about:
    'Fetches a task through a gateway and prints its value. It stays with the worker until it is acked or ' +
    'its lease runs out; until then a repeat gets the same one. With --json: value and lease, or null.',
  examples: ['fetch mailer', 'fetch mailer --worker-id w1 --time-to-recover 5m --json'],
  settings: CALLING,
  required: REQUIRED,
  args: [SERVICE()],
  options: [
    WORKER(),
    new Option(
      '--time-to-recover <duration>',
      'how long the task is leased: 500ms, 30s, 5m or 1h',
    ).argParser(durationOf),
  ],
  async run({ values }, asked, io) {
    const { service, workerId, timeToRecover, json } = asked as {
      readonly service: string;
      readonly workerId: string;
      readonly timeToRecover?: number;
      readonly json?: boolean;
    };
    const delivery = await gatewayClient(values, service).fetch({
      workerId,
      ...(timeToRecover === undefined ? {} : { timeToRecover }),
    });
    if (json === true) {
      io.print(`${JSON.stringify(delivery)}\n`);
      return;
    }
    if (delivery === null) {
      io.say('There is no task.');
      return;
    }
    const { value, index, leaseId, leaseUntil, deliveries } = delivery;
    io.print(`${JSON.stringify(value)}\n`);
    io.say(
      `Task ${String(index)}, delivery ${String(deliveries)}, lease ${leaseId} until ${isoOf(leaseUntil)}. ` +
        `The command ack with --lease-id ${leaseId} confirms it.`,
    );
  },
};
