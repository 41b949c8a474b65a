export const USAGE = `Usage: imicros-flow-worker start [options]

Starts the queue service with its HTTP gateway on this machine (embedded mode).

Options:
  --port <n>         port of the gateway on 127.0.0.1; 0 picks a free one  (PORT, default 3000)
  --data-dir <path>  folder of the log, the keys and the demo's tokens     (DATA_DIR, default ./data)
  --json             when ready, print one line of JSON and nothing else
  --help             print this

A flag wins over the environment variable in brackets.
Ends with 0 after SIGINT or SIGTERM, 1 if it cannot run, 2 if it is called the wrong way.
`;
