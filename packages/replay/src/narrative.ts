import {
  type AgentTickState,
  counted,
  type DisplayContext,
  type EventOf,
  money,
  OFFSETTING_EVENTS,
  percent,
  type QueueContents,
  settledBy,
  tickText,
  type SimulationEvent,
  type StateBefore,
  type TickView,
  visible,
} from '@simcash/protocol';
import { EventSections } from './event-sections.js';
import { BREAK, costText } from './event-words.js';
import { EventFilter } from './filter.js';
import { transactionsOf } from './involvement.js';
import { priorityTag } from './priority-tag.js';
import { PLAIN, type Style } from './style.js';
import { TransactionFold, type KnownTransaction } from './transactions.js';

/** How events are told. */
export interface NarrativeOptions {
  /** Which events are told. */
  filter?: EventFilter;
  /** How text is marked. */
  style?: Style;
  /** Show state and balances of this bank only (spec 10 §4.3). */
  focusAgent?: string;
  /** A line for each tick and each end of a day. */
  isShort?: boolean;
}

/** Payments are near their deadline when at most so many ticks are left. */
const NEAR_DEADLINE = 2;

/** Payments and parts, and cents. */
interface Total {
  count: number;
  value: number;
}

interface Waiting {
  own: Total;
  central: Total;
}

const NOTHING_WAITS: Waiting = { own: { count: 0, value: 0 }, central: { count: 0, value: 0 } };
const RULE = '─'.repeat(70);

/**
 * Tells what happened, tick by tick, section by section in the order of spec 10 §4.1. One renderer serves the running simulation
 * and the stored one: it sees tick views and nothing else.
 */
export class Narrative {
  readonly #fold = new TransactionFold();
  readonly #filter: EventFilter;
  readonly #style: Style;
  readonly #focus: string | undefined;
  readonly #isShort: boolean;
  #balances: Map<string, number>;
  /** What waited at the end of the tick before. */
  #waiting: Waiting = NOTHING_WAITS;
  /** Totals of the open day. */
  #day = { arrivals: 0, settlements: 0, lsm: 0, cost: 0 };

  constructor(
    private readonly context: DisplayContext,
    { filter = new EventFilter({}), focusAgent, isShort = false, style = PLAIN }: NarrativeOptions = {},
  ) {
    this.#isShort = isShort;
    this.#filter = filter;
    this.#style = style;
    this.#focus = focusAgent;
    this.#balances = new Map(context.agents.map((agent) => [agent.agent_id, agent.opening_balance]));
  }

  /** Begins in the middle of a run. */
  begin({ day, events }: StateBefore): void {
    for (const event of events) this.#fold.apply(event);
    this.#day = { ...day };
  }

  /** Takes note of a tick that is not shown. */
  skip(view: Pick<TickView, 'events' | 'agents' | 'queues'>): void {
    for (const event of view.events) {
      this.#fold.apply(event);
      this.#count(event);
      if (event.event_type === 'EndOfDay') this.#day = { arrivals: 0, settlements: 0, lsm: 0, cost: 0 };
    }
    this.#remember(view);
  }

  /** The text of a tick; empty if a filter leaves nothing to tell. */
  render(view: TickView): string {
    const { result } = view;
    // Settled payments are forgotten, so what was known of them is noted before.
    const transactions = new Map<string, KnownTransaction>();
    for (const event of view.events) {
      for (const id of transactionsOf(event)) {
        const known = this.#fold.get(id);
        if (known) transactions.set(id, { ...known });
      }
      this.#fold.apply(event);
      this.#count(event);
    }
    const events = this.#filter.passesAll ? view.events : view.events.filter((event) => this.#filter.matches(event));
    if (!this.#filter.passesAll && events.length === 0) return this.#finish(view, '');
    if (this.#isShort) return this.#finish(view, this.#joined([this.#line(view)]));
    const told = new EventSections(events, transactions, this.#style, this.#focus, this.context, takenFromQueue(view.events));
    const lines = [
      ...['', this.#style.heading(`═══ Tick ${tickText(this.context, result.tick)} ═══`)],
      ...told.arrivals(),
      ...this.#nearDeadline(result.tick),
      ...told.decisions(),
      ...told.registers(),
      ...told.budgets(),
      ...told.escalations(),
      ...told.reprioritisations(),
      ...told.queueSystem(),
      ...told.settlements(result.num_settlements),
      ...told.queued(),
      ...told.offsets(),
      ...told.runs(),
      ...told.collateral(),
      ...told.liquidity(),
      ...told.scenarioEvents(),
      ...told.outages(),
      ...told.cancelled(),
      ...told.overdue(),
      ...this.#overdueSummary(result.tick),
      ...(view.agents ? this.#finances(view.agents) : []),
      ...(view.agents && view.queues ? this.#queues(view) : []),
      ...told.costs(),
      ...(view.agents && result.total_cost > 0 ? this.#costsOfDay(view.agents) : []),
      ...['', this.#summary(view)],
    ];
    return this.#finish(view, `${this.#joined(lines)}`);
  }

  #finish(view: TickView, text: string): string {
    const end = view.events.find((event): event is EventOf<'EndOfDay'> => event.event_type === 'EndOfDay');
    const shown = this.#filter.passesAll || (end !== undefined && this.#filter.matches(end));
    const endOfDay = end && shown ? this.#endOfDay(end, view.agents) : '';
    if (end) this.#day = { arrivals: 0, settlements: 0, lsm: 0, cost: 0 };
    this.#remember(view);
    return text + endOfDay;
  }

  /** Lines as a text; names with line breaks of their own make no lines. */
  #joined(lines: readonly string[]): string {
    return `${lines.map(visible).join('\n').replaceAll(BREAK, '\n')}\n`;
  }

  #remember({ agents, queues }: Pick<TickView, 'agents' | 'queues'>): void {
    if (agents) this.#balances = new Map(agents.map((agent) => [agent.agent_id, agent.balance]));
    if (queues) this.#waiting = this.#waitingIn(queues);
  }

  /** What waits in the queues of the banks in focus, and in the central queue for them. */
  #waitingIn({ queue1, queue2 }: QueueContents): Waiting {
    const focus = this.#focus;
    const own = [...queue1].filter(([agent]) => focus === undefined || agent === focus).flatMap(([, ids]) => ids);
    const central = focus === undefined ? queue2 : queue2.filter((id) => this.#fold.get(id)?.sender_id === focus);
    const total = (ids: readonly string[]): Total => ({
      count: ids.length,
      value: ids.reduce((sum, id) => sum + (this.#fold.get(id)?.remaining_amount ?? 0), 0),
    });
    return { own: total(own), central: total(central) };
  }

  #count(event: SimulationEvent): void {
    if (event.event_type === 'Arrival') this.#day.arrivals++;
    if (event.event_type === 'CostAccrual') this.#day.cost += event.costs.total;
    const settled = settledBy(event).length;
    this.#day.settlements += settled;
    if (OFFSETTING_EVENTS.includes(event.event_type)) this.#day.lsm += settled;
  }

  #nearDeadline(tick: number): string[] {
    const near = this.#fold
      .unsettled()
      .filter((tx) => tx.overdue_since === null && tx.deadline_tick >= tick && tx.deadline_tick <= tick + NEAR_DEADLINE);
    if (near.length === 0 || !this.#filter.passesAll) return [];
    const lines = near
      .sort((a, b) => a.deadline_tick - b.deadline_tick)
      .map((tx) => {
        const left = tx.deadline_tick - tick;
        const mark = left <= 1 ? this.#style.bad('!') : this.#style.warn('·');
        return `   ${mark} ${tx.tx_id}: ${tx.sender_id} → ${tx.receiver_id} ${money(tx.remaining_amount)}, deadline tick ${tx.deadline_tick} (${counted(left, 'tick')} left)`;
      });
    return this.#section(`Near deadline: ${counted(near.length, 'payment')}`, lines);
  }

  #overdueSummary(tick: number): string[] {
    const late = this.#fold.unsettled().filter((tx) => tx.overdue_since !== null);
    if (late.length === 0 || !this.#filter.passesAll) return [];
    const { delay_cost_per_tick_per_cent: rate, overdue_delay_multiplier: multiplier } = this.context;
    let total = 0;
    const lines = late
      .sort((a, b) => a.overdue_since! - b.overdue_since!)
      .map((tx) => {
        const ticks = tick - tx.overdue_since!;
        const delay = Math.round(tx.remaining_amount * rate * multiplier * ticks);
        total += delay + tx.penalty;
        const cost = `penalty ${money(tx.penalty)} + delay ${money(delay)} = ${money(tx.penalty + delay)}`;
        return `   • ${tx.tx_id}: ${tx.sender_id} → ${tx.receiver_id} ${money(tx.remaining_amount)}, overdue ${counted(ticks, 'tick')}; ${cost}`;
      });
    return this.#section(`Overdue: ${counted(late.length, 'payment')}`, [
      ...lines,
      ...(total > 0 ? [`   Total cost of overdue payments: ${money(total)}`] : []),
    ]);
  }

  #focused(agents: readonly AgentTickState[]): readonly AgentTickState[] {
    return this.#focus === undefined ? agents : agents.filter((agent) => agent.agent_id === this.#focus);
  }

  #finances(agents: readonly AgentTickState[]): string[] {
    if (!this.#filter.passesAll) return [];
    const lines = this.#focused(agents).map((agent) => {
      const { balance } = agent;
      const used = Math.max(0, -balance);
      const limit = agent.allowed_overdraft;
      const available = Math.max(balance, 0) + Math.max(limit - used, 0);
      const headroom = limit === 0 ? (balance >= 0 ? 100 : 0) : ((limit - used) / limit) * 100;
      const paint = balance < 0 ? this.#style.bad : balance < 100_000 ? this.#style.warn : this.#style.good;
      const parts = [
        `balance ${paint(money(balance))}`,
        `credit limit ${agent.unsecured_cap === 0 ? 'none' : money(agent.unsecured_cap)}`,
        ...(used > 0 ? [`credit used ${money(used)}`] : []),
        `available ${money(available)}`,
        `headroom ${headroom.toFixed(0)}%`,
        ...(agent.posted_collateral > 0 ? [`collateral ${money(agent.posted_collateral)}`] : []),
        ...(agent.queue1_size > 0 ? [`queue 1: ${agent.queue1_size}`] : []),
        ...(agent.queue2_size > 0 ? [`queue 2: ${agent.queue2_size}`] : []),
      ];
      const costs = costText(agent);
      return `   ${agent.agent_id}: ${parts.join(', ')}${costs === '' ? '' : `; costs today ${costs}`}`;
    });
    return ['', this.#style.dim(RULE), ...this.#section('Banks', lines)];
  }

  #queues({ agents, queues, result }: TickView): string[] {
    if (!this.#filter.passesAll) return [];
    const lines = this.#focused(agents!).flatMap((agent) => {
      const own = queues!.queue1.get(agent.agent_id) ?? [];
      const central = queues!.queue2.filter((id) => this.#fold.get(id)?.sender_id === agent.agent_id);
      const change = agent.balance - (this.#balances.get(agent.agent_id) ?? 0);
      if (change === 0 && own.length === 0 && central.length === 0) return [];
      const usage = agent.unsecured_cap > 0 ? `, cap used ${percent(Math.max(0, -agent.balance), agent.unsecured_cap)}` : '';
      const balance = `${money(agent.balance)} (${change >= 0 ? '+' : ''}${money(change)})${usage}`;
      return [
        `   ${agent.agent_id}: ${balance}`,
        ...this.#queueLines('queue 1', own, result.tick),
        ...this.#queueLines('queue 2', central, result.tick),
      ];
    });
    return lines.length === 0 ? [] : this.#section('Balances and queues', lines);
  }

  #queueLines(name: string, ids: readonly string[], tick: number): string[] {
    if (ids.length === 0) return [];
    const known = ids.map((id) => this.#fold.get(id)).filter((tx) => tx !== undefined);
    const total = known.reduce((sum, tx) => sum + tx.remaining_amount, 0);
    const lines = known.map((tx) => {
      const left = tx.deadline_tick - tick;
      const when = left < 0 ? this.#style.bad(`${counted(-left, 'tick')} late`) : `${counted(left, 'tick')} left`;
      return `        ${tx.tx_id} → ${tx.receiver_id} ${money(tx.remaining_amount)}, ${priorityTag(tx.priority)}, deadline tick ${tx.deadline_tick} (${when})`;
    });
    return [`     ${name}: ${counted(ids.length, 'payment')}, ${money(total)}`, ...lines];
  }

  #costsOfDay(agents: readonly AgentTickState[]): string[] {
    const lines = this.#focused(agents)
      .map((agent) => ({ agent, costs: costText(agent) }))
      .filter(({ costs }) => costs !== '')
      .map(({ agent, costs }) => `   ${agent.agent_id}: ${costs}`);
    return lines.length === 0 || !this.#filter.passesAll ? [] : this.#section('Costs since the start of the day', lines);
  }

  #summary(view: TickView): string {
    return this.#style.dim(`Summary: ${this.#figures(view).join(' | ')}`);
  }

  #line(view: TickView): string {
    const late = this.#fold.unsettled().filter((tx) => tx.overdue_since !== null).length;
    const { tick, total_cost: cost } = view.result;
    const figures = [
      ...this.#figures(view),
      ...(late > 0 ? [this.#style.bad(`${late} late`)] : []),
      ...(cost > 0 ? [`cost ${money(cost)}`] : []),
    ];
    return `Tick ${tickText(this.context, tick)}: ${figures.join(' | ')}`;
  }

  #figures({ events, queues, result }: TickView): string[] {
    const arrived = events.filter((event) => event.event_type === 'Arrival').length;
    const now = queues ? this.#waitingIn(queues) : NOTHING_WAITS;
    const change = (name: string, before: Total, after: Total): string[] => {
      if (!queues || before.count + after.count === 0) return [];
      return [`${name} ${before.count} → ${after.count} (${money(before.value)} → ${money(after.value)})`];
    };
    return [
      `${arrived} in`,
      `${result.num_settlements} settled`,
      ...(result.num_lsm_releases > 0 ? [`${result.num_lsm_releases} LSM`] : []),
      ...change("banks' queues", this.#waiting.own, now.own),
      ...change('central queue', this.#waiting.central, now.central),
    ];
  }

  #endOfDay(end: EventOf<'EndOfDay'>, agents: readonly AgentTickState[] | null): string {
    const { arrivals, cost, lsm, settlements } = this.#day;
    if (this.#isShort)
      return this.#joined([
        `End of day ${end.day}: ${arrivals} in | ${settlements} settled (${percent(settlements, arrivals)}) | ${lsm} LSM | ` +
          `${end.unsettled_count} unsettled | penalties ${money(end.total_penalties)} | cost ${money(cost)}`,
      ]);
    const lines = [
      ...['', this.#style.heading(`═══ End of day ${end.day} ═══`)],
      `   Unsettled: ${counted(end.unsettled_count, 'payment')}; end-of-day penalties: ${money(end.total_penalties)}`,
      `   Arrived: ${arrivals}; settled: ${settlements} (${percent(settlements, arrivals)}), by the LSM: ${lsm} (${percent(lsm, settlements)}); cost: ${money(cost)}`,
      ...(agents ? this.#focused(agents) : []).map((agent) => {
        const use = percent(Math.max(0, -agent.balance), agent.allowed_overdraft);
        const costs = costText(agent);
        const queues = `queue 1: ${agent.queue1_size}, queue 2: ${agent.queue2_size}`;
        return `   ${agent.agent_id}: balance ${money(agent.balance)}, credit in use ${use}, ${queues}${costs === '' ? '' : `; costs ${costs}`}`;
      }),
    ];
    return this.#joined(lines);
  }

  #section(title: string, lines: readonly string[]): string[] {
    return lines.length === 0 ? [] : ['', this.#style.heading(title), ...lines];
  }
}

/** Payments that left the central queue in these events: they settled, or were withdrawn. */
function takenFromQueue(events: readonly SimulationEvent[]): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const event of events) {
    if (event.event_type === 'QueuedRtgs') taken.delete(event.tx_id);
    else if (event.event_type === 'RtgsWithdrawal') taken.add(event.tx_id);
    else for (const id of settledBy(event)) taken.add(id);
  }
  return taken;
}
