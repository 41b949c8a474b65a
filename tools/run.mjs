import { spawn } from 'node:child_process';
import Module from 'node:module';
import { nodePath } from './setup.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs a built script in place of this one. */
export function become(script, args) {
  if (nodePath() === process.execPath) runHere(script, args);
  else runBelow(script, args);
}

// In this process, so that signals and the exit code need no one to pass them on. A Ctrl-C that is
// passed on arrives twice, and the second one kills a service that is about to end well.
function runHere(script, args) {
  process.argv = [process.execPath, script, ...args];
  process.setSourceMapsEnabled(true);
  Module.runMain();
}

// The first run on an old Node, which has just fetched the newer one.
function runBelow(script, args) {
  const child = spawn(nodePath(), ['--enable-source-maps', script, ...args], { stdio: 'inherit' });
  const forward = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    for (const name of SIGNALS) process.off(name, forward);
    if (signal === null) process.exit(code);
    process.kill(process.pid, signal);
  });
}
