import {
  amount,
  BalancesPicture,
  duration,
  moment,
  PressurePicture,
  ratio,
  share,
  Table,
  whole,
  type RunFigures,
} from '@simcash/pictures';
import type { RunSource } from '@simcash/runs/source';
import type { PolicyDocument } from '@simcash/engine';
import type { JSX } from 'preact';
import { BankLink, linkTo, page, RunPage, type Page } from './layout.js';
import { NotFoundError } from './not-found.js';
import { PolicyTree } from './policy-tree.js';
import { nextTick, TimeBar, type Cursor } from './time-bar.js';
import { Waiting } from './waiting.js';

/** `/r/RUN/banks`: who was under pressure, and all banks. */
export function banksPage(run: string, figures: RunFigures): Page {
  const { banks, money } = figures;
  const ranked = [...banks].sort(
    (a, b) => b.ticks_at_limit - a.ticks_at_limit || b.value_sent - a.value_sent || (a.bank < b.bank ? -1 : 1),
  );
  return page(
    `Banks · ${run}`,
    <RunPage run={run} current="banks" title="Banks">
      <h2>Under pressure</h2>
      <PressurePicture figures={figures} />
      <h2>All banks</h2>
      <p class="reading">Longest at the credit limit first.</p>
      <Table
        head={[
          'Bank',
          'Policy',
          'At limit',
          'Peak use',
          'Payments',
          'Sent',
          'Received',
          'Lowest balance',
          'Unsettled',
          'Delay',
          'Costs',
        ]}
        texts={[0, 1]}
        rows={ranked.map((bank) => [
          <BankLink bank={bank.bank} run={run} />,
          bank.policy,
          whole(bank.ticks_at_limit),
          share(bank.peak_use),
          whole(bank.payments_due),
          amount(bank.value_sent, money),
          amount(bank.value_received, money),
          amount(bank.lowest_balance, money),
          amount(bank.unsettled, money),
          ratio(bank.delay_indicator, 3),
          amount(bank.total_cost, money),
        ])}
      />
    </RunPage>,
  );
}

/** `/r/RUN/banks/ID`: one bank, and what waited with it at a tick. */
export async function bankPage(source: RunSource, figures: RunFigures, bank: string, cursor: Cursor): Promise<Page> {
  const { id: run } = source;
  const { tick } = cursor;
  const { money, sheet, time } = figures;
  const own = figures.banks.find((one) => one.bank === bank);
  const row = sheet.banks.find((one) => one.bank === bank);
  if (own === undefined || row === undefined) throw new NotFoundError(`There is no bank ${bank} in ${run}.`);
  const limit =
    own.ticks_at_limit > 0 ? own.balance.findIndex((cents, t) => own.credit_limit[t]! > 0 && -cents >= own.credit_limit[t]!) : -1;
  const policy = source.policies.find(({ banks }) => banks.includes(bank))!;
  const queues = figures.head.ticks === 0 ? null : await source.queues(tick, bank);
  const facts: [string, string][] = [
    ['Payments', `${whole(row.payments_due)} of ${amount(row.value_due, money)}; ${whole(row.payments_settled)} settled`],
    ['Sent and received', `${amount(row.value_sent, money)} and ${amount(row.value_received, money)}`],
    ['Lowest balance', amount(own.lowest_balance, money)],
    ['Peak use of its credit', share(own.peak_use)],
    ['At the limit', `${duration(own.ticks_at_limit, time)}${limit < 0 ? '' : `, first at ${moment(limit, time)}`}`],
    ['Unsettled at the end', amount(row.unsettled_value_end, money)],
    ['Delay indicator', ratio(row.delay_indicator, 4)],
    ['Costs', amount(row.costs.total, money)],
  ];
  const bar = { run, path: ['banks', bank], cursor, figures };
  return page(
    `${bank} · ${run}`,
    <RunPage run={run} current="banks" title={bank} tick={tick} bar={<TimeBar {...bar} />}>
      <Table head={['', '']} texts={[0, 1]} rows={facts} />
      <p>
        <a href={linkTo(run, 'payments', { bank, t: tick })}>Its payments</a> ·{' '}
        <a href={linkTo(run, 'events', { bank, t: tick })}>its events in this tick</a>
      </p>
      <h2>Balance</h2>
      <BalancesPicture figures={{ ...figures, banks: [own] }} />
      <h2>What waited at the end of {moment(tick, time)}</h2>
      <p>
        Balance {amount(own.balance[tick] ?? 0, money)}, credit limit {amount(own.credit_limit[tick] ?? 0, money)}.
      </p>
      <Waiting run={run} queues={queues} figures={figures} tick={tick} />
      <h2>Counterparties</h2>
      <Counterparties run={run} figures={figures} bank={bank} />
      <h2>Policy</h2>
      <details open>
        <summary>{own.policy}</summary>
        <PolicyTree policy={JSON.parse(policy.text) as PolicyDocument} />
      </details>
    </RunPage>,
    nextTick(bar),
  );
}

function Counterparties({ bank, figures, run }: { run: string; figures: RunFigures; bank: string }): JSX.Element {
  const flows = new Map<string, { sent: number; received: number }>();
  for (const { receiver, sender, value_settled } of figures.sheet.pairs) {
    if (sender !== bank && receiver !== bank) continue;
    const other = sender === bank ? receiver : sender;
    const own = flows.get(other) ?? { sent: 0, received: 0 };
    own[sender === bank ? 'sent' : 'received'] += value_settled;
    flows.set(other, own);
  }
  const { money } = figures;
  const ranked = [...flows].sort(([a, x], [b, y]) => y.sent + y.received - x.sent - x.received || (a < b ? -1 : 1));
  return (
    <Table
      head={['Counterparty', 'Sent', 'Received', 'Net']}
      rows={ranked.map(([other, { received, sent }]) => [
        <BankLink bank={other} run={run} />,
        amount(sent, money),
        amount(received, money),
        amount(received - sent, money),
      ])}
    />
  );
}
