import type { SimCashDatabase } from '@simcash/persistence';
import { amount, moment, Table, whole, type RunFigures } from '@simcash/pictures';
import { BankLink, linkTo, page, PaymentLink, RunPage } from './layout.js';

const PAGE = 100;

/** What a list of payments is asked for. */
export interface PaymentQuery {
  /** Sends or receives. */
  readonly bank: string;
  readonly status: string;
  readonly sort: string;
  readonly from: number;
}

const STATUSES: Readonly<Record<string, readonly [text: string, condition: string]>> = {
  '': ['all', 'TRUE'],
  settled: ['settled', 'settlement_tick IS NOT NULL'],
  late: ['settled late', 'settlement_tick > deadline_tick'],
  open: ['not settled', 'settlement_tick IS NULL'],
};

const SORTS: Readonly<Record<string, readonly [text: string, order: string]>> = {
  '': ['arrival', 'arrival_tick, tx_id'],
  amount: ['amount, largest first', 'amount DESC, tx_id'],
  delay: ['delay, longest first', 'coalesce(settlement_tick, $2) - arrival_tick DESC, tx_id'],
  late: ['lateness, latest first', 'coalesce(settlement_tick, $2) - deadline_tick DESC, tx_id'],
};

interface PaymentRow {
  tx_id: string;
  sender_id: string;
  receiver_id: string;
  amount: number;
  arrival_tick: number;
  deadline_tick: number;
  settlement_tick: number | null;
  original_priority: number;
}

/** `/r/RUN/payments`: payments by bank and what became of them. Conditions and orders are fixed texts; what is asked for is bound. */
export async function paymentsPage(
  database: SimCashDatabase,
  run: string,
  figures: RunFigures,
  query: PaymentQuery,
): Promise<string> {
  const { bank, from } = query;
  const status = Object.hasOwn(STATUSES, query.status) ? query.status : '';
  const sort = Object.hasOwn(SORTS, query.sort) ? query.sort : '';
  const where = `FROM v_payment_timing WHERE simulation_id = $1 AND $2 IS NOT NULL AND ($3 = '' OR sender_id = $3 OR receiver_id = $3) AND ${STATUSES[status]![1]}`;
  const values = [run, figures.head.ticks, bank];
  const [total] = await database.query<{ n: number; value: number | null }>(
    `SELECT count(*) AS n, CAST(sum(amount) AS BIGINT) AS value ${where}`,
    values,
  );
  const rows = await database.query<PaymentRow>(
    `SELECT tx_id, sender_id, receiver_id, amount, arrival_tick, deadline_tick, settlement_tick, original_priority ${where}
     ORDER BY ${SORTS[sort]![1]} LIMIT ${PAGE} OFFSET $4`,
    [...values, from],
  );
  const { head, money, time } = figures;
  const asked = { bank, status, sort };
  return page(
    `Payments · ${run}`,
    <RunPage run={run} current="payments" title="Payments">
      <form method="get" action={linkTo(run, 'payments')}>
        <label>
          Bank
          <select name="bank">
            <option value="">all</option>
            {figures.banks.map((one) => (
              <option key={one.bank} value={one.bank} selected={one.bank === bank}>
                {one.bank}
              </option>
            ))}
          </select>
        </label>
        <Choice name="status" label="What became of them" options={STATUSES} chosen={status} />
        <Choice name="sort" label="Ordered by" options={SORTS} chosen={sort} />
        <button type="submit">Show</button>
      </form>
      {head.level === 'SUMMARY' && (
        <p>This run was stored without its payments: simcash run --save --level EVENTS stores them.</p>
      )}
      <p>
        {whole(total!.n)} payments of {amount(total!.value ?? 0, money)}.
      </p>
      <Table
        head={['Payment', 'Sender', 'Receiver', 'Amount', 'Priority', 'Arrived', 'Deadline', 'Settled', 'Delay']}
        texts={[0, 1, 2, 5, 6, 7]}
        rows={rows.map((row) => [
          <PaymentLink run={run} tx={row.tx_id} />,
          <BankLink bank={row.sender_id} run={run} />,
          <BankLink bank={row.receiver_id} run={run} />,
          amount(row.amount, money),
          whole(row.original_priority),
          moment(row.arrival_tick, time),
          moment(row.deadline_tick, time),
          row.settlement_tick === null
            ? 'not'
            : `${moment(row.settlement_tick, time)}${row.settlement_tick > row.deadline_tick ? ', late' : ''}`,
          row.settlement_tick === null ? '–' : whole(row.settlement_tick - row.arrival_tick),
        ])}
      />
      <p>
        {from > 0 && <a href={linkTo(run, 'payments', { ...asked, from: Math.max(from - PAGE, 0) })}>◀ {PAGE} before</a>}{' '}
        {from + PAGE < total!.n && <a href={linkTo(run, 'payments', { ...asked, from: from + PAGE })}>the next {PAGE} ▶</a>}
      </p>
    </RunPage>,
  );
}

function Choice(props: {
  name: string;
  label: string;
  options: Readonly<Record<string, readonly [text: string, sql: string]>>;
  chosen: string;
}) {
  const { chosen, label, name, options } = props;
  return (
    <label>
      {label}
      <select name={name}>
        {Object.entries(options).map(([value, [text]]) => (
          <option key={value} value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
