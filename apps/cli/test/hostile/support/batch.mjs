/**
 * Runs many command lines in one process, each through the program's own main file: a process of its own for each would take half a
 * second. What the program writes to stdout and stderr is caught, and what each line came to is sent to the parent.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const MAIN = pathToFileURL(path.resolve(import.meta.dirname, '../../../dist/main.js'));
const NAME = path.resolve(import.meta.dirname, '../../../bin/simcash.js');

const caught = { 1: [], 2: [] };
const writeSync = fs.writeSync;
fs.writeSync = (descriptor, ...rest) => {
  if (descriptor !== 1 && descriptor !== 2) return writeSync(descriptor, ...rest);
  const [data] = rest;
  caught[descriptor].push(Buffer.from(data));
  return data.length;
};
syncBuiltinESMExports();

// Only what a broken pipe and a second Ctrl-C do ends the process by itself: neither happens here.
process.exit = (code) => {
  throw new Error(`process.exit(${code}) was called`);
};

const textOf = (descriptor) => Buffer.concat(caught[descriptor].splice(0)).toString('utf8');

process.on('message', async ({ lines }) => {
  for (const [index, args] of lines.entries()) {
    process.send({ index, begun: true });
    process.argv = [process.execPath, NAME, ...args];
    let thrown = null;
    const began = performance.now();
    try {
      // Another address is another module: main runs again, everything that it loads is there already.
      await import(`${MAIN}?line=${index}`);
    } catch (error) {
      thrown = String(error?.stack ?? error);
    }
    const milliseconds = Math.round(performance.now() - began);
    const stdout = textOf(1);
    const stderr = textOf(2);
    process.send({ index, code: process.exitCode, stdout, stderr, thrown, milliseconds, rss: process.memoryUsage.rss() });
  }
  process.exitCode = 0;
  process.disconnect();
});
