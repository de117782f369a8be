import { byCodePoint, SimcashError } from '@simcash/protocol';
import { ColumnsError } from '../columns.js';
import { calendarOf, parsed } from '../document.js';
import { PaymentsError } from '../issues.js';
import { IdentifiedBytes, type Identity } from '../identity.js';
import { readAccounts, readLimits } from './read.js';
import { accountsSchema, limitsSchema, type AccountChange, type LimitChange } from './schema.js';
import type { TableContext, TableReport } from './table.js';

/** Rows of accounts or limits were not taken: the scenario is refused. */
export class TablesRejectedError extends SimcashError {
  override name = 'TablesRejectedError';
  override readonly code = 'rejected_rows';
  constructor(
    /** The file that was read. */
    readonly file: string,
    /** What was read, accepted and rejected. */
    readonly report: TableReport,
  ) {
    super(`${file}: ${report.rejected} of ${report.rows} rows rejected`);
  }
}

/** A scenario whose accounts and limits have been read. */
export interface ResolvedTables {
  /** The document with the values of day 0 in its agents, and those of later days in place of the files' names. */
  readonly document: Record<string, unknown>;
  /** The table of accounts; null without one. */
  readonly accounts: TableReport | null;
  /** The table of limits; null without one. */
  readonly limits: TableReport | null;
}

type Agent = Record<string, unknown> & { id?: unknown };

/**
 * Reads the accounts and limits of a scenario document (spec 13 §10): of one without these keys nothing.
 *
 * @param isStrict false to go on without rejected rows, which the reports then have
 * @throws PaymentsError for keys that are wrong; FileError for a file that cannot be read; TablesRejectedError
 */
export function resolveTables(
  document: Record<string, unknown>,
  open: (file: string) => Iterable<Uint8Array>,
  isStrict = true,
): ResolvedTables {
  if (document.accounts === undefined && document.limits === undefined) return { document, accounts: null, limits: null };
  let agents = Array.isArray(document.agents) ? (document.agents as Agent[]) : [];
  const found: { document: Record<string, unknown>; accounts: TableReport | null; limits: TableReport | null } = {
    document,
    accounts: null,
    limits: null,
  };
  if (document.accounts !== undefined) {
    const { file, ...config } = parsed(accountsSchema, document.accounts, ['accounts']);
    const { identity, read } = opened('accounts', file, open, (bytes) =>
      readAccounts({ ...config, file }, bytes, contextOf(document, agents)),
    );
    if (isStrict && read.report.rejected > 0) throw new TablesRejectedError(file, read.report);
    const made = read.created.map((id): Agent => ({ opening_balance: 0, ...config.defaults, id }));
    agents = [...agents, ...made].map((agent) => withAccount(agent, read.changes));
    const accounts = { ...config, file: identity, rows: laterRows(read.changes) };
    found.document = { ...found.document, agents, accounts };
    found.accounts = read.report;
  }
  if (document.limits !== undefined) {
    const { file, ...config } = parsed(limitsSchema, document.limits, ['limits']);
    const { identity, read } = opened('limits', file, open, (bytes) =>
      readLimits({ ...config, file }, bytes, contextOf(document, agents)),
    );
    if (isStrict && read.report.rejected > 0) throw new TablesRejectedError(file, read.report);
    agents = agents.map((agent) => withLimits(agent, read.changes));
    found.document = { ...found.document, agents, limits: { ...config, file: identity, rows: laterRows(read.changes) } };
    found.limits = read.report;
  }
  return found;
}

function opened<T>(
  key: string,
  file: string,
  open: (file: string) => Iterable<Uint8Array>,
  work: (bytes: Iterable<Uint8Array>) => T,
): { read: T; identity: Identity } {
  const all = new IdentifiedBytes();
  try {
    return { read: work(all.of(open(file))), identity: all.identity };
  } catch (error) {
    if (error instanceof ColumnsError) throw new PaymentsError([{ path: [key, ...error.path], message: error.message }]);
    throw error;
  }
}

/** Rows of later days, by day and bank. */
function laterRows<T extends { day: number; bank: string }>(changes: readonly T[]): T[] {
  return changes.filter(({ day }) => day > 0).sort((a, b) => a.day - b.day || byCodePoint(a.bank, b.bank));
}

function withAccount(agent: Agent, changes: readonly AccountChange[]): Agent {
  const own = changes.find(({ bank, day }) => day === 0 && bank === agent.id);
  if (own === undefined) return agent;
  const { bank: _, day: __, ...values } = own;
  return { ...agent, ...values };
}

function withLimits(agent: Agent, changes: readonly LimitChange[]): Agent {
  const own = changes.filter(({ bank, day }) => day === 0 && bank === agent.id);
  if (own.length === 0) return agent;
  const { bilateral_limits: bilateral, multilateral_limit: multilateral } = (agent.limits ?? {}) as {
    bilateral_limits?: Record<string, unknown> | null;
    multilateral_limit?: unknown;
  };
  const limits = { bilateral_limits: { ...bilateral }, multilateral_limit: multilateral ?? null };
  for (const { counterparty, limit } of own) {
    if (counterparty === null) limits.multilateral_limit = limit;
    else if (limit === null) delete limits.bilateral_limits[counterparty];
    else limits.bilateral_limits[counterparty] = limit;
  }
  return { ...agent, limits };
}

function contextOf(document: Record<string, unknown>, agents: readonly Agent[]): TableContext {
  const { clock, simulation } = document as { clock?: unknown; simulation?: Record<string, unknown> };
  const numDays = Number(simulation?.num_days);
  if (!(Number.isSafeInteger(numDays) && numDays > 0))
    throw new PaymentsError([{ path: ['simulation', 'num_days'], message: 'accounts and limits need a number of days' }]);
  const banks = agents.map(({ id }) => id).filter((id) => typeof id === 'string');
  return { banks, numDays, calendar: calendarOf(clock, numDays, simulation?.ticks_per_day) };
}
