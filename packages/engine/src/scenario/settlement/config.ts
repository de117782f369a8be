/** How the central system settles, with every default written out (spec 12 §2). Keys are spelled as in the files. */
export interface SettlementConfig {
  entry: EntryConfig;
  queue: QueueConfig;
  /** Whether limits count what was paid, or what was paid less what was received. */
  limits: 'gross' | 'net';
  reservations: ReservationConfig[];
  runs: RunConfig[];
  /** Which reports are logged: those that say something, or all. */
  report: 'changes' | 'all';
}

/** Classes of payments; the smaller the number, the more urgent. */
export const CLASSES = ['highly_urgent', 'urgent', 'normal'] as const;
/** A class of payments in the central queue. */
export type ClassName = (typeof CLASSES)[number];

/** Which offsets are tried when a payment enters. */
export const OFFSETS_AT_ENTRY = ['none', 'first', 'head', 'head_or_inflow'] as const;
/** What a payment that cannot settle does to those behind it. */
export const DISCIPLINES = ['bypass', 'class_bypass', 'strict'] as const;
/** What decides the class of a payment. */
export const CLASS_SOURCES = ['none', 'rtgs', 'internal'] as const;
/** What a payment of a class that cannot settle does to those behind it. */
export type Discipline = (typeof DISCIPLINES)[number];

/** What is tried when a payment enters the central settlement. */
export interface EntryConfig {
  /** May a released payment of this class settle at once, gross? */
  gross: Record<ClassName, boolean>;
  /** What a payment that lacks only liquidity tries next. */
  offset: (typeof OFFSETS_AT_ENTRY)[number];
}

/** The order of the central queue. */
export interface QueueConfig {
  /** What makes the class of a payment: nothing, its RTGS priority, or its internal priority. */
  priority: (typeof CLASS_SOURCES)[number];
  /** Payments to these banks are highly urgent whatever their priority. */
  urgent_receivers: string[];
  /** Which payments may overtake others of their bank when they settle gross. */
  discipline: Record<ClassName, Discipline>;
}

/** Money that only a class and more urgent ones may use: cents, or a share of what a bank has available when a day begins. */
export type ReservationConfig = {
  agents: 'all' | string[];
  class: 'highly_urgent' | 'urgent';
  /** `floor`: constant for the day; `consumed`: payments that may use it use it up. */
  mode: 'floor' | 'consumed';
} & ({ amount: number } | { fraction: number });

/** Ticks of a day at which a run is due. */
export type RunTimes =
  'every_tick' | 'end_of_day' | { every: number; offset: number } | { ticks: number[] } | { times_per_day: number };

/** A settlement run: when it takes place, and the algorithms in it. */
export interface RunConfig {
  name: string;
  when: RunTimes;
  classes: ClassName[];
  /** Iterations at the most; an iteration that settles nothing is the last. */
  repeat: number;
  /** One gross scan after every algorithm that settled something. */
  retry_after: boolean;
  algorithms: AlgorithmConfig[];
}

/** Order in which payments are put back into a set. */
export const REFILL_ORDERS = ['queue', 'value', 'priority'] as const;
/** The order in which payments left out of a netting are tried again. */
export type RefillOrder = (typeof REFILL_ORDERS)[number];

/** An algorithm with its parameters (spec 12 §6). */
export type AlgorithmConfig =
  | { type: 'retry'; passes: number }
  | { type: 'bilateral'; legacy: boolean }
  | { type: 'bilateral_subset'; max_partners: number; test_alone: boolean }
  | { type: 'bilateral_fifo'; heads: 'bank' | 'pair' }
  | { type: 'bilateral_partial' }
  | {
      type: 'rings';
      max_length: number;
      max_attempts: number;
      max_queue: number | 'unlimited';
      edges: 'all' | 'one';
      legacy: boolean;
    }
  | { type: 'multilateral'; on_shortfall: 'carry' | 'drop' | 'exclude' | 'unwind' }
  | {
      type: 'partial_netting';
      drop: 'last' | 'best_fit';
      refill: 'none' | 'single' | 'chain';
      refill_order: RefillOrder;
      max_chain: number;
    }
  | { type: 'search'; max_starts: number | 'auto'; refill_order: RefillOrder; max_chain: number }
  | { type: 'local_search'; max_steps: number | 'auto' }
  | { type: 'receipt_reactive'; window: 'day' | number }
  | { type: 'optimal'; objective: 'value' | 'number'; node_limit: number }
  | {
      type: 'custom';
      module: string;
      name: string | null;
      export: string;
      options: unknown;
      on_error: 'fail' | 'skip';
      /** SHA-256 of the module, null where it was not loaded from a file. */
      content_hash: string | null;
    };

/** A settlement algorithm by name. */
export type AlgorithmType = AlgorithmConfig['type'];

/** Iterations and passes that stand for “until stable”. */
export const UNTIL_STABLE = 1000;
