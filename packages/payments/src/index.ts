export * from './schema.js';
export { ColumnsError } from './columns.js';
export { CsvReader, type CsvRecord } from './csv/records.js';
export { csvSchema, type CsvConfig } from './csv/schema.js';
export { FileError } from './file-error.js';
export { DataSet, type DataSetPayment } from './data-set.js';
export { AmountReader, type AmountConfig } from './fields/amount.js';
export { loadPayments, type Content, type Loaded, type LoadReport, type OpenSource } from './load.js';
export { REJECTION_CODES, type Rejection, type RejectionCode } from './rejection.js';
export type { Ticks } from './arrival-time.js';
export { localText, paymentsReport, type PaymentsReport } from './report.js';
export { identityOf } from './identity.js';
export { pacsContent } from './iso20022/content.js';
export { isReconciled, reconcile, type BankDay, type Reconciliation, type SettledAmount } from './iso20022/reconcile.js';
export { readStatements, type Statement } from './iso20022/statements.js';
export { PaymentsError } from './issues.js';
export {
  paymentSources,
  readPayments,
  RowsRejectedError,
  ticksPerDayOf,
  type OpenContent,
  type ReadPayments,
} from './scenario.js';
export { guessDialect, type Texts } from './profile/dialect.js';
export { dialectBlock, profileList, type ListProfile } from './profile/profile.js';
export { fitPayments, type BankFit, type FitOptions, type PaymentsFit } from './fit/fit.js';
export { synthesisSchema, type Synthesis } from './synthesis/schema.js';
export { balancedMatrix } from './synthesis/pairs.js';
export { synthesize, type SyntheticPayment } from './synthesis/synthesize.js';
export { readAccounts, readLimits, type ReadAccounts } from './accounts/read.js';
export { accountsSchema, limitsSchema, type AccountsConfig, type LimitsConfig } from './accounts/schema.js';
export type { TableReport } from './accounts/table.js';
export { resolveTables, TablesRejectedError, type ResolvedTables } from './accounts/scenario.js';
