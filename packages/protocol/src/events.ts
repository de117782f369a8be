/**
 * The event catalogue: every event the engine can log, with its fields in the order in which they are written.
 *
 * One table serves everybody. The engine encodes and prints events from it, the store derives its columns from it, the
 * reference documentation is generated from it, and {@link SimulationEvent} is its TypeScript type (spec 08 §3).
 */

/**
 * How a field is written on the event tape (see {@link EventBatch}) and what it is when decoded.
 *
 * `tx` – transaction id · `agent` – bank id · `agent_or_empty` – bank id or `""` · `agent_or_null` – bank id or null · `cents`,
 * `tick`, `int` – whole number ·
 * `cents_or_null`, `int_or_null` – whole number or null · `bool` · `float` – double · `text` · `text_or_null` · `txs`, `agents`,
 * `cents_list` – lists · `texts_or_null` – list of texts or null · `tx_or_null` – transaction id or null · `costs` – the six cost
 * components and their total.
 */
export type FieldKind =
  | 'tx'
  | 'tx_or_null'
  | 'agent'
  | 'agent_or_empty'
  | 'agent_or_null'
  | 'cents'
  | 'cents_or_null'
  | 'tick'
  | 'int'
  | 'int_or_null'
  | 'bool'
  | 'float'
  | 'text'
  | 'text_or_null'
  | 'txs'
  | 'agents'
  | 'cents_list'
  | 'texts_or_null'
  | 'costs';

/** The parts of a `CostAccrual`, in the order in which they are written; all in cents (spec 05 §2). */
export const COST_COMPONENTS = [
  'liquidity_cost',
  'delay_cost',
  'collateral_cost',
  'penalty_cost',
  'split_friction_cost',
  'liquidity_opportunity_cost',
] as const;

/** A component of the costs. */
export type CostComponent = (typeof COST_COMPONENTS)[number];

/** Six cost components in cents and their sum. */
export type Costs = Record<CostComponent, number> & { total: number };

/** One entry of the catalogue. */
export interface EventDefinition {
  /** What happened, in one sentence. */
  readonly about: string;
  /** Fields after `event_type` and `tick`, in log order. */
  readonly fields: Readonly<Record<string, FieldKind>>;
  /** Field that names the acting bank (column `agent_id` of the event store), if any. */
  readonly agent?: string;
  /** Field that names the transaction the event is about (column `tx_id`), if any. */
  readonly transaction?: string;
  /** Fields whose banks are involved, in the order of column `agent_ids`. */
  readonly agents: readonly string[];
  /** Fields whose transactions are involved, in the order of column `tx_ids`. */
  readonly transactions: readonly string[];
  /** Fields whose transactions settle, each in full; nothing if none does. */
  readonly settles?: readonly string[];
  /** Whether it settles payments against each other in the central queue. */
  readonly offsets?: true;
}

const define = <const T extends Readonly<Record<string, EventDefinition>>>(catalogue: T): T => catalogue;

/** All events by name, in the order of spec 08 §3; the position is the event's code on the tape. */
export const EVENT_CATALOGUE = define({
  Arrival: {
    about: 'A payment was created: generated, submitted, ordered by a scenario event, or cut from another one by a split.',
    fields: {
      tx_id: 'tx',
      sender_id: 'agent',
      receiver_id: 'agent',
      amount: 'cents',
      deadline: 'tick',
      priority: 'int',
      is_divisible: 'bool',
    },
    agent: 'sender_id',
    transaction: 'tx_id',
    agents: ['sender_id', 'receiver_id'],
    transactions: ['tx_id'],
  },
  RtgsSubmission: {
    about: 'A bank released a payment to the central system.',
    fields: { tx_id: 'tx', sender: 'agent', receiver: 'agent', amount: 'cents', internal_priority: 'int', rtgs_priority: 'text' },
    agent: 'sender',
    transaction: 'tx_id',
    agents: ['sender', 'receiver'],
    transactions: ['tx_id'],
  },
  PolicySubmit: {
    about: 'The policy decided (or had scheduled) the release that was just logged.',
    fields: { agent_id: 'agent', tx_id: 'tx' },
    agent: 'agent_id',
    transaction: 'tx_id',
    agents: ['agent_id'],
    transactions: ['tx_id'],
  },
  PolicyHold: {
    about: 'The policy keeps a payment back, or its decision could not be carried out; the reason says which.',
    fields: { agent_id: 'agent', tx_id: 'tx', reason: 'text' },
    agent: 'agent_id',
    transaction: 'tx_id',
    agents: ['agent_id'],
    transactions: ['tx_id'],
  },
  PolicyDrop: {
    about: 'The policy removed a payment from its queue for good.',
    fields: { agent_id: 'agent', tx_id: 'tx', reason: 'text' },
    agent: 'agent_id',
    transaction: 'tx_id',
    agents: ['agent_id'],
    transactions: ['tx_id'],
  },
  PolicySplit: {
    about: 'The policy cut a payment into parts, which are payments of their own from now on.',
    fields: { agent_id: 'agent', tx_id: 'tx', num_splits: 'int', child_ids: 'txs' },
    agent: 'agent_id',
    transaction: 'tx_id',
    agents: ['agent_id'],
    transactions: ['tx_id', 'child_ids'],
  },
  TransactionReprioritized: {
    about: 'The policy set a new internal priority (logged unclamped, also when nothing changes).',
    fields: { agent_id: 'agent', tx_id: 'tx', old_priority: 'int', new_priority: 'int' },
    agent: 'agent_id',
    transaction: 'tx_id',
    agents: ['agent_id'],
    transactions: ['tx_id'],
  },
  PriorityEscalated: {
    about: 'The priority of a waiting payment rose because its deadline is near.',
    fields: {
      tx_id: 'tx',
      sender_id: 'agent',
      original_priority: 'int',
      escalated_priority: 'int',
      ticks_until_deadline: 'int',
      boost_applied: 'int',
    },
    agent: 'sender_id',
    transaction: 'tx_id',
    agents: ['sender_id'],
    transactions: ['tx_id'],
  },
  BankBudgetSet: {
    about: 'A bank limited what its policy may release in this tick.',
    fields: {
      agent_id: 'agent',
      max_value: 'cents',
      focus_counterparties: 'texts_or_null',
      max_per_counterparty: 'cents_or_null',
    },
    agent: 'agent_id',
    agents: ['agent_id', 'focus_counterparties'],
    transactions: [],
  },
  StateRegisterSet: {
    about: 'A bank wrote one of its state registers, or the end of the day cleared it.',
    fields: {
      agent_id: 'agent',
      register_key: 'text',
      old_value: 'float',
      new_value: 'float',
      reason: 'text',
      decision_path: 'text_or_null',
    },
    agent: 'agent_id',
    agents: ['agent_id'],
    transactions: [],
  },
  CollateralPost: {
    about: 'A bank posted collateral.',
    fields: { agent_id: 'agent', amount: 'cents', reason: 'text', new_total: 'cents' },
    agent: 'agent_id',
    agents: ['agent_id'],
    transactions: [],
  },
  CollateralWithdraw: {
    about: 'A bank withdrew collateral.',
    fields: { agent_id: 'agent', amount: 'cents', reason: 'text', new_total: 'cents' },
    agent: 'agent_id',
    agents: ['agent_id'],
    transactions: [],
  },
  CollateralTimerWithdrawn: {
    about: 'Collateral posted with a timer was withdrawn automatically.',
    fields: { agent_id: 'agent', amount: 'cents', original_reason: 'text', posted_at_tick: 'tick', new_total: 'cents' },
    agent: 'agent_id',
    agents: ['agent_id'],
    transactions: [],
  },
  CollateralTimerBlocked: {
    about: 'An automatic withdrawal of collateral was refused.',
    fields: { agent_id: 'agent', requested_amount: 'cents', reason: 'text', original_reason: 'text', posted_at_tick: 'tick' },
    agent: 'agent_id',
    agents: ['agent_id'],
    transactions: [],
  },
  RtgsImmediateSettlement: {
    about: 'A released payment settled at once.',
    fields: {
      tx_id: 'tx',
      sender: 'agent',
      receiver: 'agent',
      amount: 'cents',
      sender_balance_before: 'cents',
      sender_balance_after: 'cents',
    },
    agent: 'sender',
    transaction: 'tx_id',
    agents: ['sender', 'receiver'],
    transactions: ['tx_id'],
    settles: ['tx_id'],
  },
  QueuedRtgs: {
    about: 'A released payment could not settle and joined the central queue.',
    fields: { tx_id: 'tx', sender_id: 'agent' },
    agent: 'sender_id',
    transaction: 'tx_id',
    agents: ['sender_id'],
    transactions: ['tx_id'],
  },
  BilateralLimitExceeded: {
    about: 'A released payment would exceed its sender’s limit towards the receiver.',
    fields: {
      sender: 'agent',
      receiver: 'agent',
      tx_id: 'tx',
      amount: 'cents',
      current_bilateral_outflow: 'cents',
      bilateral_limit: 'cents',
    },
    agent: 'sender',
    transaction: 'tx_id',
    agents: ['sender', 'receiver'],
    transactions: ['tx_id'],
  },
  MultilateralLimitExceeded: {
    about: 'A released payment would exceed its sender’s limit towards everybody.',
    fields: { sender: 'agent', tx_id: 'tx', amount: 'cents', current_total_outflow: 'cents', multilateral_limit: 'cents' },
    agent: 'sender',
    transaction: 'tx_id',
    agents: ['sender'],
    transactions: ['tx_id'],
  },
  OverdueTransactionSettled: {
    about: 'The payment of the settlement that follows was overdue.',
    fields: {
      tx_id: 'tx',
      sender_id: 'agent',
      receiver_id: 'agent',
      amount: 'cents',
      settled_amount: 'cents',
      deadline_tick: 'tick',
      overdue_since_tick: 'tick',
      total_ticks_overdue: 'int',
      deadline_penalty_cost: 'cents',
      estimated_delay_cost: 'cents',
    },
    agent: 'sender_id',
    transaction: 'tx_id',
    agents: ['sender_id', 'receiver_id'],
    transactions: ['tx_id'],
  },
  Queue2LiquidityRelease: {
    about: 'A payment of the central queue settled because its sender could pay.',
    fields: { tx_id: 'tx', sender: 'agent', receiver: 'agent', amount: 'cents', queue_wait_ticks: 'int', release_reason: 'text' },
    agent: 'sender',
    transaction: 'tx_id',
    agents: ['sender', 'receiver'],
    transactions: ['tx_id'],
    settles: ['tx_id'],
  },
  RtgsWithdrawal: {
    about: 'A bank took a payment back from the central queue into its own.',
    fields: { tx_id: 'tx', sender: 'agent', original_rtgs_priority: 'text' },
    agent: 'sender',
    transaction: 'tx_id',
    agents: ['sender'],
    transactions: ['tx_id'],
  },
  RtgsResubmission: {
    about: 'A bank declared a new priority for the next release of a payment.',
    fields: { tx_id: 'tx', sender: 'agent', old_rtgs_priority: 'text', new_rtgs_priority: 'text' },
    agent: 'sender',
    transaction: 'tx_id',
    agents: ['sender'],
    transactions: ['tx_id'],
  },
  LsmBilateralOffset: {
    about: 'All queued payments between two banks settled against each other.',
    fields: { agent_a: 'agent', agent_b: 'agent', tx_ids: 'txs', amount_a: 'cents', amount_b: 'cents', amount: 'cents' },
    agents: ['agent_a', 'agent_b'],
    transactions: ['tx_ids'],
    settles: ['tx_ids'],
    offsets: true,
  },
  LsmCycleSettlement: {
    about: 'Queued payments that form a ring settled together.',
    fields: {
      agents: 'agents',
      tx_amounts: 'cents_list',
      total_value: 'cents',
      net_positions: 'cents_list',
      max_net_outflow: 'cents',
      max_net_outflow_agent: 'agent_or_empty',
      tx_ids: 'txs',
      cycle_value: 'cents',
    },
    agents: ['agents'],
    transactions: ['tx_ids'],
    settles: ['tx_ids'],
    offsets: true,
  },
  EntryDispositionOffset: {
    about: 'A released payment settled together with a queued one in the opposite direction.',
    fields: {
      incoming_tx_id: 'tx',
      queued_tx_id: 'tx',
      agent_a: 'agent',
      agent_b: 'agent',
      offset_amount: 'cents',
      incoming_amount: 'cents',
      queued_amount: 'cents',
    },
    agents: ['agent_a', 'agent_b'],
    transactions: ['incoming_tx_id', 'queued_tx_id'],
    settles: ['incoming_tx_id', 'queued_tx_id'],
  },
  AlgorithmExecution: {
    about: 'Result of one settlement algorithm in this tick: 1 queue retry, 2 bilateral offsetting, 3 cycles.',
    fields: { algorithm: 'int', result: 'text', settlements: 'int', settled_value: 'cents' },
    agents: [],
    transactions: [],
  },
  DeferredCreditApplied: {
    about: 'A bank received the credits that the tick had accumulated for it.',
    fields: { agent_id: 'agent', amount: 'cents', source_transactions: 'txs' },
    agent: 'agent_id',
    agents: ['agent_id'],
    transactions: ['source_transactions'],
  },
  TransactionWentOverdue: {
    about: 'A waiting payment was found past its deadline and penalised.',
    fields: {
      tx_id: 'tx',
      sender_id: 'agent',
      receiver_id: 'agent',
      amount: 'cents',
      remaining_amount: 'cents',
      deadline_tick: 'tick',
      ticks_overdue: 'int',
      deadline_penalty_cost: 'cents',
    },
    agent: 'sender_id',
    transaction: 'tx_id',
    agents: ['sender_id', 'receiver_id'],
    transactions: ['tx_id'],
  },
  CostAccrual: {
    about: 'Costs charged to a bank: split friction, the regular costs of a tick, or end-of-day penalties.',
    fields: { agent_id: 'agent', costs: 'costs' },
    agent: 'agent_id',
    agents: ['agent_id'],
    transactions: [],
  },
  EndOfDay: {
    about: 'A day ended.',
    fields: { day: 'int', unsettled_count: 'int', total_penalties: 'cents' },
    agents: [],
    transactions: [],
  },
  LiquidityAllocation: {
    about: 'A bank brought in its share of its liquidity pool for the day.',
    fields: { day: 'int', agent_id: 'agent', fraction: 'float', amount: 'cents', balance_after: 'cents' },
    agent: 'agent_id',
    agents: ['agent_id'],
    transactions: [],
  },
  AccountAdjustment: {
    about: 'At the start of a day, balance, credit or collateral of a bank were set to what its accounts say.',
    fields: {
      day: 'int',
      agent_id: 'agent',
      balance_delta: 'cents',
      balance_after: 'cents',
      unsecured_cap_after: 'cents',
      posted_collateral_after: 'cents',
      collateral_haircut_after: 'float',
    },
    agent: 'agent_id',
    agents: ['agent_id'],
    transactions: [],
  },
  LiquidityReturn: {
    about: 'A bank gave back its liquidity pool allocation at the end of the day.',
    fields: { agent_id: 'agent', amount: 'cents', balance_after: 'cents' },
    agent: 'agent_id',
    agents: ['agent_id'],
    transactions: [],
  },
  ScenarioEventExecuted: {
    about: 'A scheduled scenario event took place; its details are a JSON text with sorted keys.',
    fields: { scenario_event_type: 'text', details_json: 'text' },
    agents: [],
    transactions: [],
  },
  LsmNettedSettlement: {
    about: 'A set of queued payments settled together at the net positions of their banks.',
    fields: {
      run: 'text',
      algorithm: 'text',
      tx_ids: 'txs',
      senders: 'agents',
      receivers: 'agents',
      amounts: 'cents_list',
      agents: 'agents',
      net_positions: 'cents_list',
      total_value: 'cents',
      max_net_outflow: 'cents',
      max_net_outflow_agent: 'agent_or_empty',
      considered: 'int',
      dropped: 'int',
    },
    agents: ['agents'],
    transactions: ['tx_ids'],
    settles: ['tx_ids'],
    offsets: true,
  },
  SettlementUnwound: {
    about: 'A batch could not be covered: its payments went back to their banks’ own queues.',
    fields: {
      run: 'text',
      algorithm: 'text',
      tx_ids: 'txs',
      total_value: 'cents',
      short_agents: 'agents',
      shortfalls: 'cents_list',
    },
    agents: ['short_agents'],
    transactions: ['tx_ids'],
  },
  AlgorithmRun: {
    about: 'What one settlement algorithm of a run did, and what it left out because of a parameter.',
    fields: {
      run: 'text',
      algorithm: 'text',
      position: 'int',
      iteration: 'int',
      considered: 'int',
      sets: 'int',
      payments: 'int',
      settled_value: 'cents',
      released_after: 'int',
      dropped: 'int',
      refilled: 'int',
      skipped: 'int',
      truncated: 'text_or_null',
      proof: 'text_or_null',
      bound: 'cents_or_null',
      nodes: 'int_or_null',
    },
    agents: [],
    transactions: [],
  },
  SettlementRun: {
    about: 'A run of the central system ended.',
    fields: {
      run: 'text',
      iterations: 'int',
      sets: 'int',
      payments: 'int',
      settled_value: 'cents',
      queue_before: 'int',
      queue_after: 'int',
      queue_value_after: 'cents',
      stopped: 'text',
    },
    agents: [],
    transactions: [],
  },
  EntryBlocked: {
    about: 'Something else than lack of money keeps a released payment from settling at once.',
    fields: { tx_id: 'tx', sender: 'agent', amount: 'cents', reasons: 'texts_or_null', blocking_tx_id: 'tx_or_null' },
    agent: 'sender',
    transaction: 'tx_id',
    agents: ['sender'],
    transactions: ['tx_id', 'blocking_tx_id'],
  },
  ReservationSet: {
    about: 'Money of a bank was reserved for urgent payments, for the day that begins.',
    fields: { agent_id: 'agent', class: 'text', amount: 'cents', available: 'cents', mode: 'text' },
    agent: 'agent_id',
    agents: ['agent_id'],
    transactions: [],
  },
  PaymentCancelled: {
    about: 'A payment still waiting at the end of the day was cancelled.',
    fields: {
      tx_id: 'tx',
      sender_id: 'agent',
      receiver_id: 'agent',
      amount: 'cents',
      remaining_amount: 'cents',
      queue: 'text',
      reason: 'text',
    },
    agent: 'sender_id',
    transaction: 'tx_id',
    agents: ['sender_id', 'receiver_id'],
    transactions: ['tx_id'],
  },
  OutageEnded: {
    about: 'The outage of a bank, or of the system, ended; what waits in own queues now is decided about again.',
    fields: { scope: 'text', agent_id: 'agent_or_null', started_tick: 'tick', unsent_count: 'int', unsent_value: 'cents' },
    agent: 'agent_id',
    agents: ['agent_id'],
    transactions: [],
  },
  CounterpartyReaction: {
    about: 'A bank stopped paying another one whose outage it noticed.',
    fields: { agent_id: 'agent', counterparty_id: 'agent', trigger: 'text', exposure: 'cents' },
    agent: 'agent_id',
    agents: ['agent_id', 'counterparty_id'],
    transactions: [],
  },
});

/** The type of the catalogue of events. */
export type EventCatalogue = typeof EVENT_CATALOGUE;
/** An event by the name of its kind. */
export type EventType = keyof EventCatalogue;

/** Event names by code: the position of an event in the catalogue is its code on the tape. */
export const EVENT_TYPES = Object.keys(EVENT_CATALOGUE) as EventType[];

/** Tape code of each event. */
export const EVENT_CODE = Object.fromEntries(EVENT_TYPES.map((name, code) => [name, code])) as Record<EventType, number>;

/** Keys of an `Arrival` in a run with a payment list, after the others (spec 13 §8). */
export const LISTED_ARRIVAL_FIELDS = { arrival_seq: 'int', external_ref: 'text_or_null' } as const satisfies Record<
  string,
  FieldKind
>;

/** What stands on a tape behind each code: the types in order, then the longer form of `Arrival`. */
export const EVENT_FORMS: readonly { readonly type: EventType; readonly fields: Readonly<Record<string, FieldKind>> }[] = [
  ...EVENT_TYPES.map((type) => ({ type, fields: (EVENT_CATALOGUE[type] as EventDefinition).fields })),
  { type: 'Arrival', fields: { ...EVENT_CATALOGUE.Arrival.fields, ...LISTED_ARRIVAL_FIELDS } },
];
/** The code of the event of an arrival from a payment list. */
export const LISTED_ARRIVAL_CODE = EVENT_TYPES.length;

/** Events that settle payments, and those of them that settle queued payments against each other. */
export const SETTLING_EVENTS = EVENT_TYPES.filter((type) => (EVENT_CATALOGUE[type] as EventDefinition).settles !== undefined);
/** Events in which payments settle against one another. */
export const OFFSETTING_EVENTS = EVENT_TYPES.filter((type) => (EVENT_CATALOGUE[type] as EventDefinition).offsets === true);

/** The type of the value that a field of a kind holds. */
export type FieldValue<K> = K extends 'tx' | 'agent' | 'agent_or_empty' | 'text'
  ? string
  : K extends 'cents' | 'tick' | 'int' | 'float'
    ? number
    : K extends 'cents_or_null' | 'int_or_null'
      ? number | null
      : K extends 'bool'
        ? boolean
        : K extends 'text_or_null' | 'tx_or_null' | 'agent_or_null'
          ? string | null
          : K extends 'txs' | 'agents'
            ? string[]
            : K extends 'cents_list'
              ? number[]
              : K extends 'texts_or_null'
                ? string[] | null
                : K extends 'costs'
                  ? Costs
                  : never;

/** Payments and parts that an event settles. */
export function settledBy(event: SimulationEvent): readonly string[] {
  const fields: readonly string[] = (EVENT_CATALOGUE[event.event_type] as EventDefinition).settles ?? [];
  return fields.flatMap((field) => (event as unknown as Record<string, string | string[]>)[field]!);
}

/** The event of one type, as it is displayed, stored and compared: `event_type`, `tick`, then its fields. */
export type EventOf<T extends EventType> = {
  /** The kind of the event. */ event_type: T;
  /** Ticks are counted from 0 over all days. */ tick: number;
} & {
  -readonly [F in keyof EventCatalogue[T]['fields']]: FieldValue<EventCatalogue[T]['fields'][F]>;
} & (T extends 'Arrival' ? { arrival_seq?: number; external_ref?: string | null } : unknown);

/** Any event of the log; narrow it by `event_type`. */
export type SimulationEvent = { [T in EventType]: EventOf<T> }[EventType];
