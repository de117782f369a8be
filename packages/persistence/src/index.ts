export { SimCashDatabase, type OpenOptions } from './database.js';
export { Session, type SqlRow, type SqlValue } from './session.js';
export { DatabaseError, NotStoredError, PersistenceOrderError, QueryError } from './errors.js';
export { StandardSimulationPersistenceProvider } from './writing/provider.js';
export { SimulationRecorder, type RecordingOptions } from './recording.js';
export { criticalPayments, sentForCustomers, type CriticalPayments, type SentFor } from './queries/marked-payments.js';
export { sentByTicks, type SentByTick } from './queries/guidelines.js';
export { eventLines, events, type EventRange, type TypedEventRange } from './queries/events.js';
export { MIGRATIONS, SCHEMA_VERSION, type Migration } from './schema/migrations.js';
export type { Column, Content, RowOf, Table, Value } from './schema/column.js';
export { TABLES, type Rows, type TableName } from './schema/tables.js';
export { SIMULATION_VIEWS, VIEWS } from './schema/views.js';
export type { View } from './schema/views/view.js';
export { loadPaymentList } from './payment-lists/store.js';
export * from './payment-lists/queries.js';
export { arrivalsOfRun, type ReplayedPayment } from './payment-lists/arrivals.js';
export { readTextRows, type RowsOf, type TextRows } from './payment-lists/rows.js';
export { findSimulation, listSimulations, type SimulationFilter, type StoredSimulation } from './queries/simulations.js';
export { deleteCheckpoint, listCheckpoints, loadCheckpoint, type CheckpointInfo, type LoadedCheckpoint } from './checkpoints.js';
export { csvOf, fieldOf, queryAny, type AnyRows, type AnyValue } from './queries/any.js';
export { checkRunMeasure, measureRun } from './queries/run-measure.js';
export * from './queries/event-queries.js';
export * from './queries/compared-runs.js';
export * from './queries/daily-costs.js';
export * from './queries/simulation-queries.js';
export * from './queries/ticks.js';
export * from './queries/kysely.js';
export { StoredStateProvider } from './queries/views.js';
export { checkSchema } from './schema/catalogue.js';
export { deleteExperiment, deleteSimulation } from './maintenance/delete.js';
export { diffRows } from './maintenance/diff.js';
export { databaseInfo } from './maintenance/info.js';
export {
  EXPORT_FORMATS,
  exportRows,
  importRows,
  type ExportFormat,
  type ExportSelection,
  type Manifest,
} from './maintenance/transfer.js';
export { verifyExperiment, verifySimulation } from './verification/verify.js';
export {
  definitionHash,
  SweepRepository,
  type MeasureColumn,
  type StatisticsRow,
  type StoredJob,
  type SweepRun,
  type SweepValue,
  type SweepStart,
} from './sweeps/repository.js';
export { ExperimentRepository, type ExperimentListing } from './experiments/repository.js';
export { RESULT_TABLES, resultHash, resultRows, type ResultRow, type ResultTable } from './experiments/result-rows.js';
