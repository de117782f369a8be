export { checkName, checkServer, QueueError } from './connection.js';
export { QueueExecutor, type QueueSettings } from './executor.js';
export { serveQueue, type ServeOptions } from './serve.js';
