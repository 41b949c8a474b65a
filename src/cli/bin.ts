#!/usr/bin/env node
const NODE_MIN = 22;

// Before anything else is loaded: the native module of the log crashes older versions without a word.
if (Number.parseInt(process.versions.node, 10) < NODE_MIN) {
  process.stderr.write(
    `imicros-flow-worker needs Node ${String(NODE_MIN)} or newer; this is Node ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
} else {
  void import('./main.js');
}
