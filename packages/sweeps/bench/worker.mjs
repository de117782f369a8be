// A worker of the bench of throughput.
import { serveQueue } from '@simcash/sweeps/queue';

console.log('ready');
await serveQueue({ url: process.argv[2], queue: 'bench', engineVersion: 'bench', concurrency: 1 });
