export { startExplorer, type Explorer } from './server/listen.js';
