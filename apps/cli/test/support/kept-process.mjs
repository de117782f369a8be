/**
 * Runs command lines one after the other, each through the program's own main file: of the second that a process of its own takes for
 * each, nine tenths go into loading and compiling. What the program writes to stdout and stderr is caught, and what each line came to
 * is sent to the parent.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const MAIN = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/bundle/main.js'));
const NAME = path.resolve(import.meta.dirname, '../../bin/simcash.js');

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

for (const [descriptor, stream] of [
  [1, process.stdout],
  [2, process.stderr],
])
  stream.write = (data) => caught[descriptor].push(Buffer.from(data)) > 0;

const textOf = (descriptor) => Buffer.concat(caught[descriptor].splice(0)).toString('utf8');

process.on('message', async ({ args, cwd, env, line }) => {
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.execPath, NAME, ...args];
  let thrown = null;
  const began = performance.now();
  try {
    // Another address is another module: main runs again, everything that it loads is there already.
    await import(`${MAIN}?line=${line}`);
  } catch (error) {
    thrown = String(error?.stack ?? error);
  }
  const milliseconds = Math.round(performance.now() - began);
  const [stdout, stderr] = [textOf(1), textOf(2)];
  process.send({ code: process.exitCode, stdout, stderr, thrown, milliseconds, rss: process.memoryUsage.rss() });
  process.exitCode = 0;
});
