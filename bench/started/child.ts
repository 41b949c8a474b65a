import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A process of ours that answers one message after the other. */
export interface Child<Task, Answer> {
  ask(task: Task): Promise<Answer>;
  stop(): Promise<void>;
}

/** `script`: as require.resolve finds it. Resolves with its first message, when it is ready. */
export async function startChild<Task extends object, Answer>(
  script: string,
  options: object,
): Promise<{ readonly child: Child<Task, Answer>; readonly ready: unknown }> {
  const child = fork(script, [JSON.stringify(options)]);
  const exited = once(child, 'exit');
  const heard = (): Promise<unknown> =>
    Promise.race([
      once(child, 'message').then(([message]) => message as unknown),
      exited.then(() => {
        throw new Error(`${script} ended before it had answered`);
      }),
    ]);
  return {
    ready: await heard(),
    child: {
      async ask(task) {
        const answer = heard();
        child.send(task);
        return (await answer) as Answer;
      },
      async stop() {
        if (child.connected) child.disconnect(); // it ends with its parent
        await exited;
      },
    },
  };
}
