import type { ComparisonFigures, RunFigures } from '@simcash/pictures';
import type { SimulationCall } from '@simcash/protocol';
import type {
  EventPage,
  EventQuery,
  ExplainedPayment,
  PaymentPage,
  PaymentQuery,
  PolicyOfBanks,
  QueuesNow,
  WaitingReason,
} from '@simcash/runs/source';

/** A scenario and the policy files that it names, as texts. */
export interface Files {
  readonly scenario: string;
  /** By the path that the scenario names. */
  readonly policies: Readonly<Record<string, string>>;
}

/** Something that is wrong with a file, or doubtful. Lines count from 1. */
export interface Problem {
  /** Path of a policy; empty for the scenario. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly severity: 'error' | 'warning';
}

/** What the editor and the form know of the language of the files. */
export interface Language {
  /** JSON Schemas. */
  readonly scenario: object;
  readonly policy: object;
  readonly presets: readonly string[];
  /** Keys that the key `settlement` stands for. */
  readonly replaced: readonly string[];
}

/** A run that has begun. */
export interface StartedRun {
  readonly id: string;
  readonly configText: string;
  readonly policies: readonly PolicyOfBanks[];
  readonly totalTicks: number;
  readonly agentIds: readonly string[];
}

/** Where a run stands. */
export interface Progress {
  readonly id: string;
  /** Ticks that are over. */
  readonly tick: number;
  readonly events: number;
  /** Memory that its log takes. */
  readonly bytes: number;
  readonly state: 'paused' | 'running' | 'complete' | 'failed';
  readonly failure: string | null;
  /** Milliseconds of work so far. */
  readonly millis: number;
}

/** What the page asks of the worker in which the engine runs. */
export interface Requests {
  language(): Language;
  check(files: Files): Problem[];
  start(files: Files, id: string, name: string): StartedRun;
  /** Runs on up to a tick, `delay` milliseconds from tick to tick; how far it is comes as {@link Progress}. */
  advance(id: string, untilTick: number, delay: number): null;
  pause(): null;
  call(id: string, call: SimulationCall): null;
  forget(id: string): null;
  figures(id: string): RunFigures;
  payments(id: string, query: PaymentQuery): PaymentPage;
  payment(id: string, name: string): ExplainedPayment | null;
  reason(id: string, tx: string, tick: number): WaitingReason | string;
  queues(id: string, tick: number, bank?: string): QueuesNow | string;
  events(id: string, query: EventQuery): EventPage;
  compare(ids: readonly string[]): ComparisonFigures;
  /** The event log as JSON lines. */
  log(id: string): Blob;
  /** The page that `simcash report` makes. */
  report(id: string): string;
}

export type Method = keyof Requests;

export interface Question<M extends Method = Method> {
  readonly number: number;
  readonly method: M;
  readonly arguments: Parameters<Requests[M]>;
}

/** What comes from the worker: an answer to a question, an error, or how far a run is. */
export type Message =
  | { readonly number: number; readonly answer: unknown }
  | { readonly number: number; readonly error: string }
  | { readonly progress: Progress };
