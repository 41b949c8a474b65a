/** What a caller needs to know once the service is ready. */
export interface Ready {
  readonly url: string;
  readonly token: string;
  readonly operatorToken: string;
  readonly serviceId: string;
  /** Absolute. */
  readonly dataDir: string;
}

export const readyLine = ({ url, token, operatorToken, serviceId, dataDir }: Ready): string =>
  `${JSON.stringify({ url, token, operatorToken, serviceId, dataDir })}\n`;

export function readyText({ url, token, operatorToken, serviceId, dataDir }: Ready): string {
  const queue = `${url}/api/queue/${serviceId}`;
  const curl = `curl -sw '\\n' -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json'`;
  return `
The queue is ready.

  HTTP       ${queue}
  Moleculer  worker.queue, in this process
  Data       ${dataDir}
  Token of the operator (rewind): ${operatorToken}

Try it in another terminal: add a task, fetch it, confirm it.

  ${curl} -d '{"value":{"hello":"world"}}' ${queue}/add
  ${curl} '${queue}/fetch?workerId=worker-1'
  ${curl} -d '{"workerId":"worker-1"}' ${queue}/ack

This is embedded mode: one process on one machine, with everything in the data folder above.
Stop it with Ctrl+C; tasks, keys and tokens are there again at the next start.

`;
}
