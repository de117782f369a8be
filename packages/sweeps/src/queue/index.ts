export { checkName, checkServer, QueueError, QueueNameError } from './connection.js';
export { QueueExecutor, type QueueSettings } from './executor.js';
export { serveQueue, type ServeOptions } from './serve.js';
