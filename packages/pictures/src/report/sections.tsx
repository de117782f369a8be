import type { JSX } from 'preact';
import { Table } from '../drawing/figure.js';
import type { RunFigures } from '../figures.js';
import { BankCostPicture, CostPicture } from '../pictures/costs.js';
import { BalancesPicture, LiquidityPicture, PressurePicture } from '../pictures/liquidity.js';
import { ConcentrationTable, MatrixPicture, NetworkPicture } from '../pictures/network.js';
import { OffsetPicture } from '../pictures/offsets.js';
import { StuckPicture, WaitingPicture } from '../pictures/queues.js';
import { DeadlinePicture, DelayPicture, LatestTable } from '../pictures/timeliness.js';
import { ValuePicture } from '../pictures/value.js';
import { amount, moment, ratio, share, shortAmount, whole } from '../text/format.js';
import { DEFINITIONS } from './definitions.js';

type Section = (props: { figures: RunFigures }) => JSX.Element;

/** Sections of the report after its head, in order (spec 16 §5.1). */
export const SECTIONS: Readonly<Record<string, { readonly title: string; readonly section: Section }>> = {
  summary: { title: 'In one page', section: Summary },
  value: { title: 'Value over the day', section: ({ figures }) => <ValuePicture figures={figures} /> },
  liquidity: {
    title: 'Liquidity',
    section: ({ figures }) => (
      <>
        <LiquidityPicture figures={figures} />
        <PressurePicture figures={figures} />
        <BalancesPicture figures={figures} />
      </>
    ),
  },
  queues: {
    title: 'Queues',
    section: ({ figures }) => (
      <>
        <WaitingPicture figures={figures} />
        <StuckPicture figures={figures} />
        <p>{gridlockText(figures)}</p>
      </>
    ),
  },
  timeliness: {
    title: 'Timeliness',
    section: ({ figures }) => (
      <>
        <DelayPicture figures={figures} />
        <DeadlinePicture figures={figures} />
        <LatestTable figures={figures} />
      </>
    ),
  },
  saving: { title: 'Liquidity saving', section: ({ figures }) => <OffsetPicture figures={figures} /> },
  network: {
    title: 'Who pays whom',
    section: ({ figures }) => (
      <>
        <NetworkPicture figures={figures} />
        <MatrixPicture figures={figures} />
        <ConcentrationTable figures={figures} />
      </>
    ),
  },
  costs: {
    title: 'Costs',
    section: ({ figures }) => (
      <>
        <CostPicture figures={figures} />
        <BankCostPicture figures={figures} />
      </>
    ),
  },
  banks: { title: 'Banks', section: Banks },
  events: { title: 'What the scenario did', section: Events },
  days: { title: 'Days', section: Days },
  definitions: { title: 'Definitions', section: Definitions },
};

function Summary({ figures }: { figures: RunFigures }): JSX.Element {
  const { liquidity, money, sheet, time } = figures;
  const { system } = sheet;
  const late = system.deadlines.all.late.count;
  const peak = liquidity.credit_limit.reduce(
    (most, limit, t) => (limit === 0 ? most : Math.max(most ?? 0, liquidity.credit_used[t]! / limit)),
    null as number | null,
  );
  const tiles: (readonly [value: string, name: string])[] = [
    [share(system.settlement_rate_count), `of ${whole(system.payments_due)} payments settled`],
    [share(system.settlement_rate_value), 'of their value settled'],
    [shortAmount(system.value_settled, money), 'value settled'],
    [share(peak), 'of all credit used at the peak'],
    [whole(late), 'payments settled late'],
    [
      system.avg_delay_value === null ? '–' : `${ratio(system.avg_delay_value, 1)} ticks`,
      `mean delay, by value${minutesOf(system.avg_delay_value, time)}`,
    ],
    [share(system.lsm_share_value), 'of value through liquidity saving'],
    [ratio(system.turnover_ratio, 1), 'times the liquidity used was turned over'],
    [shortAmount(system.costs.total, money), 'costs of all banks'],
  ];
  return (
    <>
      <div class="tiles">
        {tiles.map(([value, name]) => (
          <div class="tile" key={name}>
            <b>{value}</b>
            <span>{name}</span>
          </div>
        ))}
      </div>
      {sentences(figures).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </>
  );
}

const minutesOf = (ticks: number | null, { tickSeconds }: RunFigures['time']): string =>
  ticks === null || tickSeconds === null ? '' : `: ${Math.round((ticks * tickSeconds) / 60)} minutes`;

/** Three things to know, by fixed rules. */
function sentences({ banks, money, sheet, time, worstQueue }: RunFigures): string[] {
  const { system } = sheet;
  const pressed = [...banks].sort((a, b) => b.ticks_at_limit - a.ticks_at_limit || (a.bank < b.bank ? -1 : 1))[0];
  const unsettled = [...sheet.banks].sort(
    (a, b) => b.unsettled_value_end - a.unsettled_value_end || (a.bank < b.bank ? -1 : 1),
  )[0];
  return [
    worstQueue === null
      ? 'Nothing waited at the end of any tick.'
      : `Most waited at ${moment(worstQueue.tick, time)}: ${whole(worstQueue.payments)} payments of ${amount(worstQueue.value, money)}.`,
    pressed === undefined || pressed.ticks_at_limit === 0
      ? 'No bank was at its credit limit at the end of a tick.'
      : `${pressed.bank} was longest at its credit limit: ${pressed.ticks_at_limit} of ${system.ticks} ticks.`,
    system.unsettled_payments_end === 0
      ? 'Everything was settled at the end.'
      : `${whole(system.unsettled_payments_end)} payments of ${amount(system.unsettled_value_end, money)} were unsettled at the end${
          unsettled !== undefined && unsettled.unsettled_value_end > 0
            ? `; ${unsettled.bank} had the most of it, ${amount(unsettled.unsettled_value_end, money)}`
            : ''
        }.`,
  ];
}

function gridlockText({ sheet: { system } }: RunFigures): string {
  const { deadlock_ticks, gridlock_ticks, stalled_ticks } = system;
  if (stalled_ticks === 0) return 'In every tick in which payments waited centrally, something settled.';
  const kinds =
    gridlock_ticks === null || deadlock_ticks === null
      ? ''
      : `: in ${gridlock_ticks} of them the queue could have settled together (gridlock), in ${deadlock_ticks} nothing could (deadlock)`;
  return `In ${stalled_ticks} of ${system.ticks} ticks payments waited centrally and nothing settled${kinds}.`;
}

const MOST_BANKS = 200;

function Banks({ figures: { banks, money } }: { figures: RunFigures }): JSX.Element {
  const ranked = [...banks].sort((a, b) => b.value_sent - a.value_sent || (a.bank < b.bank ? -1 : 1));
  const shown = ranked.length <= MOST_BANKS ? ranked : ranked.slice(0, 50);
  return (
    <>
      <Table
        head={[
          'Bank',
          'Policy',
          'Payments',
          'Sent',
          'Received',
          'Lowest balance',
          'Peak use',
          'At limit',
          'Unsettled',
          'Delay',
          'Costs',
        ]}
        texts={[0, 1]}
        rows={shown.map((bank) => [
          bank.bank,
          bank.policy,
          whole(bank.payments_due),
          amount(bank.value_sent, money),
          amount(bank.value_received, money),
          amount(bank.lowest_balance, money),
          share(bank.peak_use),
          whole(bank.ticks_at_limit),
          amount(bank.unsettled, money),
          ratio(bank.delay_indicator, 3),
          amount(bank.total_cost, money),
        ])}
      />
      {shown.length < ranked.length && (
        <p class="caption">
          The {shown.length} largest of {ranked.length} banks; simcash report --json has all.
        </p>
      )}
    </>
  );
}

function Events({ figures: { events, time } }: { figures: RunFigures }): JSX.Element {
  if (events.length === 0) return <p>The scenario has no events.</p>;
  const shown = events.slice(0, 500);
  return (
    <>
      <Table head={['When', 'What']} texts={[0, 1]} rows={shown.map(({ text, tick }) => [moment(tick, time), text])} />
      {shown.length < events.length && <p class="caption">The first 500 of {whole(events.length)} events.</p>}
    </>
  );
}

function Days({ figures: { money, sheet, time } }: { figures: RunFigures }): JSX.Element {
  if (sheet.days.length < 2) return <p>The run has one day.</p>;
  return (
    <Table
      head={[
        'Day',
        ...(time.dates === null ? [] : ['Date']),
        'Payments',
        'Value due',
        'Settled',
        'Of value',
        'Liquidity used',
        'Delay',
        'Unsettled',
        'Costs',
      ]}
      texts={time.dates === null ? [0] : [0, 1]}
      rows={sheet.days.map((day) => [
        `day ${day.day}`,
        ...(time.dates === null ? [] : [time.dates[day.day] ?? '–']),
        whole(day.payments_due),
        amount(day.value_due, money),
        amount(day.value_settled, money),
        share(day.settlement_rate_value),
        amount(day.liquidity_used, money),
        ratio(day.delay_indicator, 3),
        amount(day.unsettled_value_eod, money),
        amount(day.total_cost, money),
      ])}
    />
  );
}

function Definitions(): JSX.Element {
  return (
    <dl>
      {DEFINITIONS.map(([name, text]) => (
        <>
          <dt>
            <b>{name}</b>
          </dt>
          <dd>{text}</dd>
        </>
      ))}
    </dl>
  );
}
