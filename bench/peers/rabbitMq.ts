import type { Channel, ConfirmChannel } from 'amqplib';
import { connect } from 'amqplib';
import { VALUE } from '../value';
import type { BenchQueue } from '../benchQueue';
import type { Contender } from './contender';
import { untilTaken } from './contender';

const BYTES = Buffer.from(JSON.stringify(VALUE));

export const rabbitMq: Contender = {
  name: 'RabbitMQ, quorum queue',
  family: 'rabbitmq',
  async open(servers) {
    const server = await servers.rabbitMq();
    const connection = await connect(server.url);
    let queues = 0;
    const newQueue = async (callers: number): Promise<RabbitMqQueue> => {
      const name = `queue-${String(++queues)}`;
      const admin = await connection.createChannel();
      await admin.assertQueue(name, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
      const channels: ConfirmChannel[] = [];
      while (channels.length < callers) channels.push(await connection.createConfirmChannel());
      return new RabbitMqQueue(name, admin, channels);
    };
    const probe = await newQueue(0);
    const type = await server.queueType(probe.name);
    await probe.close();
    return {
      configuration:
        `RabbitMQ ${server.version}, one node, durable ${type} queue, persistent messages; confirmed ` +
        'publish, get, ack (which is not answered); one connection, a channel for each caller',
      pids: [server.pid],
      newQueue,
      close: () => connection.close(),
    };
  },
};

class RabbitMqQueue implements BenchQueue {
  constructor(
    readonly name: string,
    private readonly admin: Channel,
    private readonly channels: readonly ConfirmChannel[],
  ) {}

  add(caller: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const confirmed = (error: Error | null | undefined): void => {
        if (error) reject(error);
        else resolve();
      };
      this.of(caller).sendToQueue(this.name, BYTES, { persistent: true }, confirmed);
    });
  }

  async takeAndFinish(caller: number): Promise<void> {
    const channel = this.of(caller);
    const message = await untilTaken(async () => {
      const got = await channel.get(this.name, { noAck: false });
      return got === false ? null : got;
    });
    if (!message.content.equals(BYTES)) throw new Error('a message is not what was published');
    channel.ack(message);
  }

  async close(): Promise<void> {
    for (const channel of this.channels) await channel.close();
    await this.admin.deleteQueue(this.name);
    await this.admin.close();
  }

  private of(caller: number): ConfirmChannel {
    return this.channels[caller]!;
  }
}
