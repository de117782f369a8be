export { SimCashDatabase, type OpenOptions, type SqlRow, type SqlValue } from './database.js';
export { DatabaseError, NotStoredError, PersistenceOrderError } from './errors.js';
export { StandardSimulationPersistenceProvider } from './writing/provider.js';
export { SimulationRecorder, type RecordingOptions } from './recording.js';
export { eventLines, type EventRange } from './queries/events.js';
export { MIGRATIONS, SCHEMA_VERSION, type Migration } from './schema/migrations.js';
export { findSimulation, listSimulations, type SimulationFilter, type StoredSimulation } from './queries/simulations.js';
export { deleteCheckpoint, listCheckpoints, loadCheckpoint, type CheckpointInfo, type LoadedCheckpoint } from './checkpoints.js';
