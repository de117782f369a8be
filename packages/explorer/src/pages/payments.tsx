import { amount, moment, Table, whole, type RunFigures } from '@simcash/pictures';
import { PAYMENT_ORDERS, PAYMENT_STATUSES, type PaymentOrder, type PaymentStatus, type RunSource } from '@simcash/runs/source';
import { BankLink, linkTo, page, PaymentLink, RunPage, type Page } from './layout.js';

const PAGE = 100;

const STATUSES: Readonly<Record<PaymentStatus, string>> = {
  '': 'all',
  settled: 'settled',
  late: 'settled late',
  open: 'not settled',
};

const SORTS: Readonly<Record<PaymentOrder, string>> = {
  '': 'arrival',
  amount: 'amount, largest first',
  delay: 'delay, longest first',
  late: 'lateness, latest first',
};

/** What the address asks for; what it asks for in vain is left out. */
export interface AskedPayments {
  readonly bank: string;
  readonly status: string;
  readonly sort: string;
  readonly from: number;
}

/** `/r/RUN/payments`: payments by bank and what became of them. */
export async function paymentsPage(source: RunSource, figures: RunFigures, query: AskedPayments): Promise<Page> {
  const { bank, from } = query;
  const { id: run } = source;
  const status = PAYMENT_STATUSES.find((one) => one === query.status) ?? '';
  const sort = PAYMENT_ORDERS.find((one) => one === query.sort) ?? '';
  const { rows, total, value } = await source.payments({ bank, status, sort, from, limit: PAGE });
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
        {whole(total)} payments of {amount(value, money)}.
      </p>
      <Table
        head={['Payment', 'Sender', 'Receiver', 'Amount', 'Priority', 'Arrived', 'Deadline', 'Settled', 'Delay']}
        texts={[0, 1, 2, 5, 6, 7]}
        rows={rows.map((row) => [
          <PaymentLink run={run} tx={row.tx_id} />,
          <BankLink bank={row.sender} run={run} />,
          <BankLink bank={row.receiver} run={run} />,
          amount(row.amount, money),
          whole(row.priority),
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
        {from + PAGE < total && <a href={linkTo(run, 'payments', { ...asked, from: from + PAGE })}>the next {PAGE} ▶</a>}
      </p>
    </RunPage>,
  );
}

function Choice(props: { name: string; label: string; options: Readonly<Record<string, string>>; chosen: string }) {
  const { chosen, label, name, options } = props;
  return (
    <label>
      {label}
      <select name={name}>
        {Object.entries(options).map(([value, text]) => (
          <option key={value} value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
