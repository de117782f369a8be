export * from './columns.js';
export * from './display.js';
export * from './events.js';
export * from './experiments.js';
export * from './persistence.js';
export * from './recording.js';
export * from './records.js';
export * from './work.js';
