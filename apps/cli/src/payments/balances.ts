import {
  dayBalances,
  findPaymentList,
  findSimulation,
  settledPayments,
  type DayBalances,
  type SettledPayment,
  type SimCashDatabase,
} from '@simcash/persistence';
import { isReconciled, readStatements, reconcile, type Reconciliation, type Statement } from '@simcash/payments';
import { counted, money } from '@simcash/protocol';
import { withDatabase } from '../database.js';
import { CommandError, EXIT, inputError } from '../exit-codes.js';
import { chunksOf } from '../files/payment-lists.js';
import type { GlobalOptions } from '../global-options.js';
import { json, print, say } from '../output/streams.js';
import { table } from '../output/table.js';

export interface BalancesOptions extends GlobalOptions {
  /** Banks by account. */
  bank?: Readonly<Record<string, string>>;
}

interface RunDays {
  readonly currency: string | null;
  readonly numDays: number;
  readonly balances: readonly DayBalances[];
  readonly settled: readonly SettledPayment[];
}

/** `simcash payments balances`: statements of accounts (camt.053) beside a run; ends with 6 if anything differs. */
export async function compareBalances(id: string, files: readonly string[], options: BalancesOptions): Promise<void> {
  const statements = files.flatMap((file) => statementsOf(file).map((statement) => ({ file, statement })));
  const run = await withDatabase(options, true, (database) => daysOf(database, id));
  const found = statements.map(({ file, statement }) => besideRun(file, statement, run, options.bank ?? {}));
  if (options.json) print(json({ schema_version: 1, simulation_id: id, statements: found }));
  else say(`${balancesText(found)}\n`);
  const differing = found.filter((one) => !isReconciled(one));
  if (differing.length > 0)
    throw new CommandError(
      EXIT.verification,
      `${differing.length} of ${counted(found.length, 'statement')} ${differing.length === 1 ? 'differs' : 'differ'} from ${id}`,
      differing.slice(0, 10).map(({ bank, date }) => `${bank}${date === null ? '' : ` on ${date}`}`),
    );
}

function statementsOf(file: string): Statement[] {
  return readStatements(file, chunksOf(file));
}

async function daysOf(database: SimCashDatabase, id: string): Promise<RunDays> {
  const { dataset_sha256: list, num_days, persistence_level: level } = await findSimulation(database, id);
  if (level === 'SUMMARY')
    throw new CommandError(EXIT.database, `simulation ${id} is stored at level SUMMARY, without its payments`);
  return {
    currency: list === null ? null : (await findPaymentList(database, list)).currency,
    numDays: num_days,
    balances: await dayBalances(database, id),
    settled: await settledPayments(database, id),
  };
}

function besideRun(
  file: string,
  statement: Statement,
  { balances, currency, numDays, settled }: RunDays,
  banks: Readonly<Record<string, string>>,
): Reconciliation {
  const { account, date, owner } = statement;
  const known = new Set(balances.map(({ bank }) => bank));
  const names = [
    Object.hasOwn(banks, account) ? banks[account]! : account,
    ...(owner === null ? [] : [owner, owner.slice(0, 8)]),
  ];
  const bank = names.find((name) => known.has(name));
  if (bank === undefined)
    throw inputError(`${file}: account ${account} is that of no bank of the run`, `--bank ${account}=BANK says whose it is`);
  const hasDates = balances.some((day) => day.date !== null);
  if (hasDates && date === null) throw inputError(`${file}: the statement of account ${account} has no date`);
  if (!hasDates && numDays > 1) throw inputError('a run of several days needs a clock: statements are of dates');
  const day = balances.find((one) => one.bank === bank && (!hasDates || one.date === date));
  if (day === undefined) throw inputError(`${file}: ${date} is no business day of the run`);
  const own = settled
    .filter((one) => one.day === day.day && one.sender_id !== one.receiver_id && [one.sender_id, one.receiver_id].includes(bank))
    .map(({ amount, external_ref, sender_id, tx_id }) => ({
      tx_id,
      external_ref,
      amount: sender_id === bank ? -amount : amount,
    }));
  return reconcile(file, statement, { ...day, settled: own }, currency);
}

/** Entries that a text shows of each kind; `--json` has all of them. */
const SHOWN = 20;

function balancesText(found: readonly Reconciliation[]): string {
  const cents = (value: number | null): string => (value === null ? '–' : money(value));
  const head = ['Bank', 'Date', 'Opening', 'Statement', 'Difference', 'Closing', 'Statement', 'Difference', 'Entries', 'Matched'];
  const rows = found.map(({ bank, closing, date, differing, matched, only_statement, opening }) => [
    bank,
    date ?? '–',
    ...[opening.run, opening.statement, opening.difference].map(cents),
    ...[closing.run, closing.statement, closing.difference].map(cents),
    matched + differing.length + only_statement.length,
    matched,
  ]);
  const sections = found.flatMap(({ bank, date, differing, only_run, only_statement }) => {
    const title = date === null ? bank : `${bank}, ${date}`;
    const lines = [
      ...shown(
        'other amounts',
        differing.map((one) => `${one.reference}  run ${money(one.run)}, statement ${money(one.statement)}`),
      ),
      ...shown(
        'only in the run',
        only_run.map((one) => `${one.external_ref ?? one.tx_id}  ${money(one.amount)}`),
      ),
      ...shown(
        'only in the statement',
        only_statement.map((one) => `${one.references[0] ?? 'without a reference'}  ${money(one.amount)}`),
      ),
    ];
    return lines.length === 0 ? [] : [`\n${title}\n${lines.join('\n')}`];
  });
  return [table(head, rows), ...sections].join('\n');
}

function shown(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length > SHOWN ? [`    … and ${lines.length - SHOWN} more: --json has all of them`] : [];
  return [`  ${title}`, ...lines.slice(0, SHOWN).map((line) => `    ${line}`), ...rest];
}
