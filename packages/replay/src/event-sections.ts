import {
  counted,
  type DisplayContext,
  type EventType,
  holdReason,
  money,
  percent,
  type SimulationEvent,
  tickText,
} from '@simcash/protocol';
import { ALGORITHMS, BLOCKED, BREAK, costText } from './event-words.js';
import { priorityTag } from './priority-tag.js';
import { describeScenarioEvent } from './scenario-events.js';
import type { Style } from './style.js';
import type { KnownTransaction } from './transactions.js';

/** The sections that tell events, each as lines; a section without anything to tell has none. */
export class EventSections {
  constructor(
    private readonly events: readonly SimulationEvent[],
    private readonly transactions: ReadonlyMap<string, KnownTransaction>,
    private readonly style: Style,
    private readonly focus: string | undefined,
    private readonly context: DisplayContext,
    /** Payments that left the central queue in the same tick. */
    private readonly taken: ReadonlySet<string>,
  ) {}

  arrivals(): string[] {
    const arrivals = this.#of('Arrival');
    return this.#section(
      `Arrivals: ${counted(arrivals.length, 'payment')}`,
      arrivals.map(
        (e) =>
          `   • ${e.tx_id}: ${e.sender_id} → ${e.receiver_id} ${money(e.amount)}, ${priorityTag(e.priority)}, deadline tick ${tickText(this.context, e.deadline)}${e.external_ref == null ? '' : `, reference ${e.external_ref}`}`,
      ),
    );
  }

  decisions(): string[] {
    const decisions = this.#of('PolicySubmit', 'PolicyHold', 'PolicyDrop', 'PolicySplit');
    const text = (e: (typeof decisions)[number]): string => {
      switch (e.event_type) {
        case 'PolicySubmit':
          return `SUBMIT ${e.tx_id}`;
        case 'PolicyHold':
          return `HOLD ${e.tx_id}: ${holdReason(e.reason).sentence}`;
        case 'PolicyDrop':
          return `DROP ${e.tx_id}: ${e.reason}`;
        case 'PolicySplit':
          return `SPLIT ${e.tx_id} into ${e.num_splits}: ${e.child_ids.join(', ')}`;
      }
    };
    return this.#section(`Policy decisions: ${decisions.length}`, this.#byAgent(decisions, text));
  }

  registers(): string[] {
    const changes = this.#of('StateRegisterSet').filter((e) => e.old_value !== e.new_value);
    return this.#section(
      `Memory: ${counted(changes.length, 'change')}`,
      this.#byAgent(changes, (e) => {
        const reason = e.reason === 'eod_reset' ? this.style.dim('end-of-day reset') : e.reason;
        const path = e.decision_path === null ? '' : `${BREAK}        ${this.style.dim(e.decision_path)}`;
        return `${e.register_key.replace(/^bank_state_/, '')}: ${e.old_value} → ${e.new_value} (${reason})${path}`;
      }),
    );
  }

  budgets(): string[] {
    return this.#section(
      'Release budgets',
      this.#of('BankBudgetSet').map((e) => {
        const focus = e.focus_counterparties === null ? '' : `, only to ${e.focus_counterparties.join(', ')}`;
        const each = e.max_per_counterparty === null ? '' : `, ${money(e.max_per_counterparty)} per counterparty`;
        return `   ${e.agent_id}: ${money(e.max_value)}${focus}${each}`;
      }),
    );
  }

  escalations(): string[] {
    const events = this.#of('PriorityEscalated');
    return this.#section(
      `Priority escalations: ${events.length}`,
      events.map((e) => {
        const paint =
          e.ticks_until_deadline <= 2 ? this.style.bad : e.ticks_until_deadline <= 5 ? this.style.warn : (text: string) => text;
        return `   • ${e.tx_id}: ${e.original_priority} → ${e.escalated_priority} (+${e.boost_applied}), ${paint(`${counted(e.ticks_until_deadline, 'tick')} left`)}`;
      }),
    );
  }

  reprioritisations(): string[] {
    const events = this.#of('TransactionReprioritized');
    const arrow = (from: number, to: number): string => (to > from ? '↑' : to < from ? '↓' : '→');
    return this.#section(
      `Reprioritised: ${counted(events.length, 'payment')}`,
      this.#byAgent(events, (e) => `${e.tx_id}: ${e.old_priority} ${arrow(e.old_priority, e.new_priority)} ${e.new_priority}`),
    );
  }

  queueSystem(): string[] {
    const types = [
      'RtgsSubmission',
      'RtgsWithdrawal',
      'RtgsResubmission',
      'BilateralLimitExceeded',
      'MultilateralLimitExceeded',
      'AlgorithmExecution',
      'EntryDispositionOffset',
      'EntryBlocked',
      'ReservationSet',
    ] as const;
    const lines = this.#of(...types).map((e) => {
      switch (e.event_type) {
        case 'RtgsSubmission':
          return `   submitted ${e.tx_id}: ${e.sender} → ${e.receiver} ${money(e.amount)}, RTGS priority ${e.rtgs_priority}, ${priorityTag(e.internal_priority)}`;
        case 'RtgsWithdrawal':
          return `   withdrawn ${e.tx_id} by ${e.sender}, RTGS priority was ${e.original_rtgs_priority}`;
        case 'RtgsResubmission':
          return `   resubmission of ${e.tx_id} by ${e.sender}: RTGS priority ${e.old_rtgs_priority} → ${e.new_rtgs_priority}`;
        case 'BilateralLimitExceeded': {
          const excess = e.current_bilateral_outflow + e.amount - e.bilateral_limit;
          return `   ${this.style.warn('bilateral limit')} ${e.sender} → ${e.receiver}: ${e.tx_id} ${money(e.amount)}, paid ${money(e.current_bilateral_outflow)} of ${money(e.bilateral_limit)}, excess ${money(excess)}`;
        }
        case 'MultilateralLimitExceeded': {
          const excess = e.current_total_outflow + e.amount - e.multilateral_limit;
          return `   ${this.style.warn('multilateral limit')} ${e.sender}: ${e.tx_id} ${money(e.amount)}, paid ${money(e.current_total_outflow)} of ${money(e.multilateral_limit)}, excess ${money(excess)}`;
        }
        case 'AlgorithmExecution': {
          const what = e.settlements > 0 ? `: ${e.settlements} settled, ${money(e.settled_value)}` : '';
          return `   algorithm ${e.algorithm} (${ALGORITHMS[e.algorithm]}): ${e.result}${what}`;
        }
        case 'EntryBlocked': {
          const behind = e.blocking_tx_id === null ? '' : ` behind ${e.blocking_tx_id}`;
          return `   not at entry ${e.tx_id} of ${e.sender} ${money(e.amount)}: ${(e.reasons ?? []).map((reason) => BLOCKED[reason] ?? reason).join(', ')}${behind}`;
        }
        case 'ReservationSet':
          return `   reserved ${e.agent_id}: ${money(e.amount)} of ${money(e.available)} for ${e.class} payments (${e.mode})`;
        case 'EntryDispositionOffset':
          return `   entry disposition ${e.agent_a} ⇄ ${e.agent_b}: ${e.incoming_tx_id} ${money(e.incoming_amount)} with ${e.queued_tx_id} ${money(e.queued_amount)}, offset ${money(e.offset_amount)}`;
      }
    });
    return lines.length === 0 ? [] : ['', ...lines];
  }

  /** `counter`: settlement operations of the tick, offsets and rings once each. */
  settlements(counter: number): string[] {
    const immediate = this.#of('RtgsImmediateSettlement');
    const released = this.#of('Queue2LiquidityRelease');
    const offsets = this.#of('LsmBilateralOffset');
    const cycles = this.#of('LsmCycleSettlement');
    const sets = this.#of('LsmNettedSettlement');
    const lines = [
      ...this.#list(`   RTGS immediate: ${immediate.length}`, immediate, (e) => {
        const shown = this.focus === undefined || this.focus === e.sender;
        const balance = shown ? `, ${e.sender}: ${money(e.sender_balance_before)} → ${money(e.sender_balance_after)}` : '';
        return `      • ${e.tx_id}: ${e.sender} → ${e.receiver} ${money(e.amount)}${this.#priority(e.tx_id)}${balance}${this.#gain(e.receiver, e.amount)}`;
      }),
      ...this.#list(`   Released from queue 2: ${released.length}`, released, (e) => {
        const wait = `waited ${counted(e.queue_wait_ticks, 'tick')}, ${e.release_reason}`;
        return `      • ${e.tx_id}: ${e.sender} → ${e.receiver} ${money(e.amount)}${this.#priority(e.tx_id)}, ${wait}${this.#gain(e.receiver, e.amount)}`;
      }),
      ...this.#list(`   Bilateral offsets: ${offsets.length}`, offsets, (e) => {
        const gain = this.focus === e.agent_a ? e.amount_b - e.amount_a : this.focus === e.agent_b ? e.amount_a - e.amount_b : 0;
        return `      • ${e.agent_a} ⇄ ${e.agent_b}: ${e.tx_ids.join(', ')}, ${money(e.amount)}${this.#gain(this.focus ?? '', gain)}`;
      }),
      ...this.#list(`   Cycles: ${cycles.length}`, cycles, (e) => {
        const at = this.focus === undefined ? -1 : e.agents.indexOf(this.focus);
        return `      • ${e.agents.join(' → ')}: ${e.tx_ids.join(', ')}, ${money(e.total_value)}${this.#gain(this.focus ?? '', at < 0 ? 0 : e.net_positions[at]!)}`;
      }),
      ...this.#list(`   Netted sets: ${sets.length}`, sets, (e) => {
        const at = this.focus === undefined ? -1 : e.agents.indexOf(this.focus);
        return `      • ${e.algorithm} of ${counted(e.agents.length, 'bank')}: ${e.tx_ids.join(', ')}, ${money(e.total_value)}${this.#gain(this.focus ?? '', at < 0 ? 0 : e.net_positions[at]!)}`;
      }),
    ];
    return this.#section(`Settlements: ${counter}`, lines);
  }

  queued(): string[] {
    const events = this.#of('QueuedRtgs').filter((e) => !this.taken.has(e.tx_id));
    return this.#section(
      `Now waiting in the central queue: ${counted(events.length, 'payment')}`,
      events.map((e) => `   • ${e.tx_id} of ${e.sender_id}`),
    );
  }

  offsets(): string[] {
    const lines: string[] = [];
    for (const e of this.#of('LsmBilateralOffset')) {
      const net = Math.abs(e.amount_a - e.amount_b);
      const direction = e.amount_a > e.amount_b ? `${e.agent_a} pays ${e.agent_b}` : `${e.agent_b} pays ${e.agent_a}`;
      const saved = e.amount - net;
      const legs = `${money(e.amount_a)} against ${money(e.amount_b)}`;
      lines.push(
        `   bilateral ${e.agent_a} ⇄ ${e.agent_b}: ${legs}${net > 0 ? `, net ${money(net)} (${direction})` : ''}, saved ${money(saved)} (${percent(saved, e.amount)})`,
      );
    }
    for (const e of this.#of('LsmCycleSettlement')) {
      const saved = e.total_value - e.max_net_outflow;
      const nets = e.agents.slice(0, -1).map((agent, i) => `${agent} ${money(e.net_positions[i]!)}`);
      const legs = e.tx_ids.map((id, i) => `${id} ${money(e.tx_amounts[i]!)}`).join(', ');
      lines.push(
        `   cycle ${e.agents.join(' → ')}: ${money(e.total_value)}, largest outflow ${money(e.max_net_outflow)}, saved ${money(saved)} (${percent(saved, e.total_value)})`,
      );
      lines.push(`      payments ${legs}; net positions ${nets.join(', ')}`);
    }
    for (const e of this.#of('LsmNettedSettlement')) {
      const saved = e.total_value - e.max_net_outflow;
      const nets = e.agents.map((agent, i) => `${agent} ${money(e.net_positions[i]!)}`);
      const left = e.dropped > 0 ? `, ${e.dropped} of ${e.considered} payments left out` : '';
      lines.push(
        `   netted by ${e.algorithm} (${e.run}): ${money(e.total_value)}, largest outflow ${money(e.max_net_outflow)}, saved ${money(saved)} (${percent(saved, e.total_value)})${left}`,
        `      net positions ${nets.join(', ')}`,
      );
    }
    return this.#section('Liquidity saving', lines);
  }

  /** What runs and algorithms of the settlement design report. */
  runs(): string[] {
    const lines = this.#of('AlgorithmRun', 'SettlementRun', 'SettlementUnwound').map((e) => {
      switch (e.event_type) {
        case 'AlgorithmRun': {
          const cut = e.truncated === null ? '' : `, held back by ${e.truncated}`;
          const proof = e.proof === null ? '' : `, proof ${e.proof}, bound ${e.bound}`;
          const after = e.released_after > 0 ? `, ${e.released_after} released after it` : '';
          return `   ${e.run}, ${e.algorithm}: ${e.payments} of ${counted(e.considered, 'payment')} settled, ${money(e.settled_value)}${after}${cut}${proof}`;
        }
        case 'SettlementRun':
          return `   ${e.run}: ${counted(e.iterations, 'iteration')}, ${counted(e.payments, 'payment')} settled, ${money(e.settled_value)}; ${e.queue_after} still wait (${e.stopped})`;
        case 'SettlementUnwound':
          return `   ${e.run}, ${e.algorithm}: ${counted(e.tx_ids.length, 'payment')} returned to their banks; short are ${e.short_agents.map((id, i) => `${id} ${money(e.shortfalls[i]!)}`).join(', ')}`;
      }
    });
    return this.#section('Runs of the central system', lines);
  }

  collateral(): string[] {
    const events = this.#of('CollateralPost', 'CollateralWithdraw', 'CollateralTimerWithdrawn', 'CollateralTimerBlocked');
    const haircut = new Map(this.context.agents.map((agent) => [agent.agent_id, agent.collateral_haircut]));
    const credit = (agent: string, amount: number): string => {
      const value = Math.floor(Math.abs(amount) * (1 - haircut.get(agent)!));
      return `about ${amount < 0 ? '-' : '+'}${money(value)} of credit`;
    };
    return this.#section(
      `Collateral: ${events.length}`,
      this.#byAgent(events, (e) => {
        switch (e.event_type) {
          case 'CollateralPost':
            return `posted ${money(e.amount)} (${e.reason}), total ${money(e.new_total)}, ${credit(e.agent_id, e.amount)}`;
          case 'CollateralWithdraw':
            return `withdrew ${money(e.amount)} (${e.reason}), total ${money(e.new_total)}, ${credit(e.agent_id, -e.amount)}`;
          case 'CollateralTimerWithdrawn':
            return `timer of tick ${e.posted_at_tick} withdrew ${money(e.amount)} (${e.original_reason}), total ${money(e.new_total)}, ${credit(e.agent_id, -e.amount)}`;
          case 'CollateralTimerBlocked':
            return `timer of tick ${e.posted_at_tick} blocked: ${money(e.requested_amount)} (${e.original_reason}): ${e.reason}`;
        }
      }),
    );
  }

  liquidity(): string[] {
    const events = this.#of('AccountAdjustment', 'LiquidityAllocation', 'LiquidityReturn', 'DeferredCreditApplied');
    return this.#section(
      'Liquidity',
      events.map((e) => {
        switch (e.event_type) {
          case 'AccountAdjustment':
            return `   ${e.agent_id}: account set for day ${e.day}, balance ${e.balance_delta < 0 ? '' : '+'}${money(e.balance_delta)}${this.#balance(e.agent_id, e.balance_after)}, cap ${money(e.unsecured_cap_after)}, collateral ${money(e.posted_collateral_after)}`;
          case 'LiquidityAllocation':
            return `   ${e.agent_id}: brought in ${money(e.amount)} (${(e.fraction * 100).toFixed(1)}% of the pool)${this.#balance(e.agent_id, e.balance_after)}`;
          case 'LiquidityReturn':
            return `   ${e.agent_id}: gave back ${money(e.amount)}${this.#balance(e.agent_id, e.balance_after)}`;
          case 'DeferredCreditApplied':
            return `   ${e.agent_id}: credited ${money(e.amount)} for ${e.source_transactions.join(', ')}`;
        }
      }),
    );
  }

  outages(): string[] {
    const events = this.#of('CounterpartyReaction', 'OutageEnded');
    return this.#section(
      'Outages',
      events.map((e) => {
        if (e.event_type === 'CounterpartyReaction')
          return `   ${e.agent_id} stops paying ${e.counterparty_id} (by ${e.trigger}): it is exposed with ${money(e.exposure)}`;
        const whose = e.agent_id === null ? 'the central system' : e.agent_id;
        return `   the outage of ${whose} since tick ${e.started_tick} ends: ${counted(e.unsent_count, 'payment')} of ${money(e.unsent_value)} not yet sent`;
      }),
    );
  }

  cancelled(): string[] {
    const events = this.#of('PaymentCancelled');
    return this.#section(
      `Cancelled at the end of the day: ${counted(events.length, 'payment')}`,
      events.map(
        (e) =>
          `   • ${e.tx_id}: ${e.sender_id} → ${e.receiver_id} ${money(e.remaining_amount)}, from ${e.queue === 'queue1' ? 'its bank’s queue' : 'the central queue'}`,
      ),
    );
  }

  scenarioEvents(): string[] {
    return this.#section(
      'Scenario events',
      this.#of('ScenarioEventExecuted').map((e) => `   • ${describeScenarioEvent(e)}`),
    );
  }

  overdue(): string[] {
    const late = this.#of('TransactionWentOverdue').map((e) => {
      const when = `deadline tick ${e.deadline_tick}, now ${e.tick}, ${counted(e.ticks_overdue, 'tick')} late`;
      return `   ${this.style.bad('went overdue')} ${e.tx_id}: ${e.sender_id} → ${e.receiver_id} ${money(e.remaining_amount)}, ${when}, penalty ${money(e.deadline_penalty_cost)}`;
    });
    const settled = this.#of('OverdueTransactionSettled').map((e) => {
      const cost = `penalty ${money(e.deadline_penalty_cost)} + delay ${money(e.estimated_delay_cost)} = ${money(e.deadline_penalty_cost + e.estimated_delay_cost)}`;
      const when = `${counted(e.total_ticks_overdue, 'tick')} overdue since tick ${e.overdue_since_tick}, deadline tick ${e.deadline_tick}`;
      return `   ${this.style.good('overdue payment settled')} ${e.tx_id}: ${e.sender_id} → ${e.receiver_id} ${money(e.settled_amount)}, ${when}; ${cost}`;
    });
    const lines = [...late, ...settled];
    return lines.length === 0 ? [] : ['', ...lines];
  }

  costs(): string[] {
    const events = this.#of('CostAccrual').filter((e) => this.focus === undefined || e.agent_id === this.focus);
    return this.#section(
      `Cost accruals: ${events.length}`,
      events.map((e) => `   ${e.agent_id}: ${costText(e.costs) || money(0)}`),
    );
  }

  #balance(agent: string, balance: number): string {
    return this.focus === undefined || this.focus === agent ? `, balance ${money(balance)}` : '';
  }

  #priority(txId: string): string {
    const known = this.transactions.get(txId);
    return known === undefined ? '' : `, ${priorityTag(known.priority)}`;
  }

  /** What a settlement brought the bank in focus. */
  #gain(receiver: string, amount: number): string {
    if (this.focus === undefined || receiver !== this.focus || amount === 0) return '';
    return `${BREAK}        ${amount > 0 ? '+' : ''}${money(amount)} for ${receiver}`;
  }

  #of<T extends EventType>(...types: readonly T[]): Extract<SimulationEvent, { event_type: T }>[] {
    return this.events.filter((event) => (types as readonly string[]).includes(event.event_type)) as Extract<
      SimulationEvent,
      { event_type: T }
    >[];
  }

  #byAgent<E extends { agent_id: string }>(events: readonly E[], text: (event: E) => string): string[] {
    const groups = new Map<string, string[]>();
    for (const event of events) groups.set(event.agent_id, [...(groups.get(event.agent_id) ?? []), `      • ${text(event)}`]);
    return [...groups].flatMap(([agent, lines]) => [`   ${agent}:`, ...lines]);
  }

  #list<E>(title: string, events: readonly E[], text: (event: E) => string): string[] {
    return events.length === 0 ? [] : [title, ...events.map(text)];
  }

  #section(title: string, lines: readonly string[]): string[] {
    return lines.length === 0 ? [] : ['', this.style.heading(title), ...lines];
  }
}
