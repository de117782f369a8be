import { transactionId, type EngineConfig, type Simulation } from '@simcash/engine';
import { bankTicks, legsOf, paymentOf, paymentsOf, type IndicatorLog, type IndicatorSheet, type Leg } from '@simcash/indicators';
import {
  groupOf,
  MECHANISM_GROUPS,
  type DelaysOfBand,
  type LatePayment,
  type MechanismGroup,
  type OffsetMark,
  type RunFigures,
  type ScenarioFact,
  type WaitingAt,
} from '@simcash/pictures';
import { COST_COMPONENTS, EVENT_CODE, type EventBatch, type LsmRecord } from '@simcash/protocol';
import { describeScenarioEvent } from '@simcash/replay';
import { IndicatorSink, readSheet, sheetTexts } from '../indicators.js';
import type { ListedPayment } from '../source/source.js';
import { headOf, moneyOf, timeOf, type ReportForm, type RunFacts } from './head.js';
import { banksOf, LATEST, rankedSenders, systemOf, worstTick, zeros, type BankSeries } from './series.js';

/**
 * The figures of a run from its log in memory: the same as those of the stored run (spec 16 §4). Where the store asks SQL, this
 * folds the events as they come, so that a page without a database can draw, too.
 */
export class LiveFigures {
  readonly indicators: IndicatorSink;
  readonly #costs = Object.fromEntries(COST_COMPONENTS.map((name): [string, number[]] => [name, []]));
  readonly #facts: ScenarioFact[] = [];

  constructor(private readonly config: EngineConfig) {
    this.indicators = new IndicatorSink({ config });
  }

  write(batch: EventBatch): void {
    this.indicators.write(batch);
    const { length, starts, tape, tick } = batch;
    for (let i = 0; i < length; i++) {
      const at = starts[i]!;
      if (tape[at] === EVENT_CODE.CostAccrual)
        COST_COMPONENTS.forEach((name, k) => {
          const costs = this.#costs[name]!;
          costs[tick] = (costs[tick] ?? 0) + tape[at + 2 + k]!;
        });
      else if (tape[at] === EVENT_CODE.ScenarioEventExecuted) {
        const event = batch.at(i);
        if (event.event_type === 'ScenarioEventExecuted') this.#facts.push({ tick, text: describeScenarioEvent(event) });
      }
    }
  }

  /** After the ticks that the simulation has run. */
  figures(simulation: Simulation, facts: Omit<RunFacts, 'ticks'>, form: ReportForm = {}): RunFigures {
    const ticks = simulation.currentTick;
    // As it is read where it is stored: whole numbers beyond the exact range of doubles become the nearest one.
    const sheet = readSheet(sheetTexts(this.indicators.sheet(ticks)));
    const { log } = this.indicators;
    const legs = legsOf(log);
    const timing = timingOf(log, legs);
    const series = seriesOf(log, legs);
    return {
      head: headOf({ ...facts, ticks }, this.config, sheet),
      time: timeOf(this.config, form),
      money: moneyOf(this.config, form),
      sheet,
      settled: settledBy(legs, ticks),
      liquidity: systemOf(series, ticks),
      banks: banksOf(this.config, series, sheet),
      worstQueue: waitingAt(log, worstTick(sheet)),
      delays: delaysOf(timing),
      latest: latestOf(timing, ticks),
      offsets: offsetsOf(simulation, sheet),
      costs: Object.fromEntries(
        COST_COMPONENTS.map((name) => [name, zeros(ticks).map((none, t) => this.#costs[name]![t] ?? none)]),
      ),
      events: this.#facts,
    };
  }
}

function seriesOf(log: IndicatorLog, legs: readonly Leg[]): BankSeries {
  const { balance, limit, ticks } = bankTicks(log, legs);
  const of = (column: Float64Array, b: number): number[] => [...column.subarray(b * ticks, (b + 1) * ticks)];
  return new Map(log.banks.map((bank, b) => [bank, { balance: of(balance, b), limit: of(limit, b) }]));
}

function settledBy(legs: readonly Leg[], ticks: number): Record<MechanismGroup, number[]> {
  const settled = Object.fromEntries(MECHANISM_GROUPS.map((group) => [group, zeros(ticks)])) as Record<MechanismGroup, number[]>;
  for (const { amount, settled: tick, transaction } of legs)
    if (tick !== null) settled[groupOf(transaction.type!)][tick]! += amount;
  return settled;
}

/** Legs that stood unsettled at the end of a tick, by sender; neither dropped nor cancelled before. */
function waitingAt(log: IndicatorLog, tick: number | null): WaitingAt | null {
  if (tick === null) return null;
  const gone = new Set<number>();
  for (const { step, tick: at, transaction } of log.dropSteps) {
    if (at > tick) continue;
    if (step === 1) gone.add(transaction.index);
    else gone.delete(transaction.index);
  }
  const rows = log.transactions.flatMap((transaction) => {
    const { amount, created, index, sender, settledAt, splitAt } = transaction;
    const isThere = created <= tick && (settledAt === null || settledAt > tick) && (splitAt === null || splitAt > tick);
    return isThere && !gone.has(index)
      ? [{ bank: log.banks[sender]!, age: tick - paymentOf(transaction).created, payments: 1, value: amount }]
      : [];
  });
  return rankedSenders(tick, rows);
}

function delaysOf(payments: readonly ListedPayment[]): DelaysOfBand[] {
  const bandOf = (priority: number): string => (priority >= 8 ? 'urgent' : priority >= 4 ? 'normal' : 'low');
  return ['urgent', 'normal', 'low'].map((band): DelaysOfBand => {
    const own = payments.filter(({ priority }) => bandOf(priority) === band);
    const counts = new Map<number, number>();
    for (const { arrival_tick, settlement_tick } of own) {
      if (settlement_tick === null) continue;
      const delay = settlement_tick - arrival_tick;
      counts.set(delay, (counts.get(delay) ?? 0) + 1);
    }
    return {
      band,
      payments: own.length,
      unsettled: own.filter(({ settlement_tick }) => settlement_tick === null).length,
      counts: [...counts].sort(([a], [b]) => a - b),
    };
  });
}

function latestOf(payments: readonly ListedPayment[], ticks: number): LatePayment[] {
  return payments
    .map(({ priority: _, ...payment }) => ({
      ...payment,
      late_by: (payment.settlement_tick ?? ticks) - payment.deadline_tick,
    }))
    .filter(({ late_by }) => late_by > 0)
    .sort((a, b) => b.late_by - a.late_by || b.amount - a.amount || (a.tx_id < b.tx_id ? -1 : 1))
    .slice(0, LATEST);
}

/** The payments of a log, in order of arrival. */
export function timingOf(log: IndicatorLog, legs: readonly Leg[] = legsOf(log)): ListedPayment[] {
  const whole = log.transactions.filter(({ parent }) => parent === null);
  return paymentsOf(log, legs).map(({ amount, arrival, deadline, priority, receiver, sender, settled }, i) => ({
    tx_id: transactionId(whole[i]!.number),
    sender: log.banks[sender]!,
    receiver: log.banks[receiver]!,
    amount,
    priority,
    arrival_tick: arrival,
    deadline_tick: deadline,
    settlement_tick: settled,
  }));
}

function offsetsOf(simulation: Simulation, { system }: IndicatorSheet): OffsetMark[] {
  const records = Array.from({ length: Math.ceil(system.ticks / system.ticks_per_day) }, (_, day) => simulation.lsmRecords(day));
  return records
    .flat()
    .sort((a, b) => a.event_seq - b.event_seq)
    .map(markOf);
}

function markOf({ agents, cycle_type, net_positions, settled_value, tick, total_value, transactions }: LsmRecord): OffsetMark {
  const banks = [...new Set(agents)];
  // An offset of a bank with itself names each payment twice (Quirk Q426); its money is there once.
  const [value, nets] = banks.length === 1 ? [settled_value, [0]] : [total_value, net_positions];
  const saved = value - nets.reduce((sum, net) => sum + Math.max(-net, 0), 0);
  return { tick, kind: cycle_type, payments: transactions.length, value, saved, banks };
}
