// Loaded before a program (`node --import`): tells what the process took as it ends, as a line of JSON on file descriptor 3.
import { readFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const CHANNEL = 3;
let before = { userCPUTime: 0, systemCPUTime: 0 };

/** Leaves out the processor time so far: what is measured begins here. */
export function begin() {
  before = process.resourceUsage();
}

/** Most memory that the process held, in KiB. What `getrusage` says counts the process that started this one, too, where they were one. */
function peak() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

if (isMainThread)
  process.on('exit', () => {
    const { systemCPUTime, userCPUTime } = process.resourceUsage();
    const micros = userCPUTime - before.userCPUTime + systemCPUTime - before.systemCPUTime;
    writeSync(CHANNEL, JSON.stringify({ cpu: micros / 1e6, megabytes: (peak() * 1024) / 1e6 }));
  });
