import { Argument, Option } from 'commander';
import type { Command } from '../command';
import { CALLING, jsonGiven, REQUIRED, SERVICE } from './calling';
import { gatewayClient } from './gatewayClient';

export const add: Command<typeof CALLING> = {
  name: 'add',
  about: 'Adds a task through a gateway that runs.',
  examples: [
    `add mailer '{"to":"ann@example.org"}'`,
    'add mailer - < task.json',
    'add mailer 7 --url https://queue.example.org --token-file ./token',
  ],
  settings: CALLING,
  required: REQUIRED,
  args: [SERVICE(), new Argument('<value>', 'its value as JSON; - reads it from stdin')],
  options: [
    new Option('--task-token <json>', 'token of the task, which its completion is told with'),
  ],
  async run({ values }, asked, io) {
    const { service, value, taskToken, json } = asked as {
      readonly service: string;
      readonly value: string;
      readonly taskToken?: string;
      readonly json?: boolean;
    };
    await gatewayClient(values, service).add({
      value: await jsonGiven('<value>', value, io),
      ...(taskToken === undefined ? {} : { token: await jsonGiven('--task-token', taskToken, io) }),
    });
    io.print(json === true ? 'true\n' : 'Added.\n');
  },
};
