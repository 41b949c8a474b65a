import { Transporters } from 'moleculer';

/**
 * The transporter of Moleculer, but for the promise of a publish, which that one leaves alone: cut off by a
 * stop it would end the process, and a node would be gone before the others hear that it leaves.
 */
export class RedisTransporter extends Transporters.Redis {
  override async send(topic: string, data: Buffer): Promise<void> {
    const client = this.clientPub as {
      publish(topic: string, data: Buffer): Promise<unknown>;
    } | null;
    if (client === null) throw new Error('The Redis of the transporter is not connected');
    try {
      await client.publish(topic, data);
    } catch (error) {
      if (this.clientPub === client) throw error; // else this side has disconnected
    }
  }
}
