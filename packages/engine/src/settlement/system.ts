import type { AlgorithmReport, SettlementReport } from '@simcash/protocol';
import { NONE, type Payments } from '../payments/payments.js';
import type { Bands } from '../queues/queue2.js';
import type { EngineConfig } from '../scenario/config.js';
import { CLASSES, type Discipline, type EntryConfig, type RunConfig } from '../scenario/settlement/config.js';
import type { World } from '../world.js';
import type { Scope, SettlementAlgorithm, Truncation } from './algorithm.js';
import { algorithmOf, type Plugins } from './algorithms/index.js';
import { Classes } from './classes.js';
import { problemOf, type QueuedProblem } from './constraints.js';
import { ReceiptWindow, type ReceiptState } from './receipts.js';
import { Reservations } from './reservations.js';
import { designOf, type Design } from './standard-design.js';

/** The memory of a central system in a snapshot. */
export interface SystemState {
  reserved: [number[], number[]] | null;
  receipts: ReceiptState[];
}

/** The order of the central queue: by class; of one RTGS priority, payments with a submission tick come first (spec 12 §3.3). */
export function queueBands({ classes, design }: CentralSystem, payments: Payments): Bands | null {
  if (classes.areEqual) return null;
  if (design.queue.priority !== 'rtgs')
    return { count: CLASSES.length, change: design.queue.priority === 'internal', of: (p) => classes.of(p) };
  return {
    count: 2 * CLASSES.length,
    change: false,
    of: (p) => 2 * classes.of(p) + (payments.rtgsSubmissionTick[p] === NONE ? 1 : 0),
  };
}

/** The payments of the classes that a run considers. */
class RunScope implements Scope {
  iteration = 0;
  readonly run: string;
  readonly hasAllClasses: boolean;
  readonly #classes: readonly boolean[];
  #problem: { readonly tick: number; readonly version: number; readonly queued: QueuedProblem } | null = null;

  constructor({ classes, name }: RunConfig) {
    this.run = name;
    this.#classes = CLASSES.map((one) => classes.includes(one));
    this.hasAllClasses = this.#classes.every(Boolean);
  }

  isWhole({ stress }: World): boolean {
    return this.hasAllClasses && !stress?.outages.restrict;
  }

  includes(world: World, p: number): boolean {
    const { stress, system } = world;
    return (
      (this.hasAllClasses || this.#classes[system.classes.of(p)]!) && (stress === null || stress.outages.letsSettle(world, p))
    );
  }

  list(world: World): number[] {
    const queue = world.queue2.list();
    return this.isWhole(world) ? queue : queue.filter((p) => this.includes(world, p));
  }

  problem(world: World): QueuedProblem {
    const { clock, queue2 } = world;
    // In the runs of a tick nothing that a problem depends on changes without a payment leaving the queue.
    if (this.#problem?.tick !== clock.tick || this.#problem.version !== queue2.version)
      this.#problem = { tick: clock.tick, version: queue2.version, queued: problemOf(world, this.list(world)) };
    return this.#problem.queued;
  }
}

/** A run of the central system with its algorithms. */
export interface Run {
  readonly config: RunConfig;
  readonly scope: RunScope;
  readonly algorithms: readonly SettlementAlgorithm[];
}

/** The central system of a simulation: what its scenario says of entry, queue and runs, and what it remembers. */
export class CentralSystem {
  readonly design: Design;
  readonly classes: Classes;
  readonly netLimits: boolean;
  readonly reservations: Reservations | null;
  readonly runs: readonly Run[];
  readonly receipts: readonly ReceiptWindow[];
  /** No class has an order that gross settlement would have to keep. */
  readonly neverOrdered: boolean;
  /** A payment that could not settle gross cannot do so later unless its bank became able to pay more. */
  readonly onlyMoneyMatters: boolean;
  readonly #gross: readonly boolean[];
  readonly #disciplines: readonly Discipline[];
  /** Places of banks in the problem that is being put into numbers, −1 elsewhere. */
  readonly placeInProblem: Int32Array;
  /** Whether payments were settled against each other in this tick. */
  hasOffset = false;
  /** Payments that settled gross from the queue in this tick. */
  releasedInTick = 0;
  /** How often a parameter held something back. */
  readonly cutOffs: Partial<Record<Truncation, number>> = {};
  /** What runs and algorithms did, until a store takes it. */
  algorithmReports: AlgorithmReport[] = [];
  runReports: SettlementReport[] = [];

  constructor(config: EngineConfig, { banks, payments, stress }: Pick<World, 'banks' | 'payments' | 'stress'>, plugins: Plugins) {
    const design = designOf(config);
    this.design = design;
    const { entry, queue, reservations, runs } = design;
    this.classes = new Classes(
      payments,
      queue.priority,
      queue.urgent_receivers.map((id) => banks.indexOf(id)),
      banks.count,
    );
    this.netLimits = design.limits === 'net';
    this.placeInProblem = new Int32Array(banks.count).fill(-1);
    this.reservations = reservations.length === 0 ? null : new Reservations(reservations, banks.ids);
    this.#gross = CLASSES.map((name) => entry.gross[name]);
    this.#disciplines = CLASSES.map((name) => queue.discipline[name]);
    this.neverOrdered = this.#disciplines.every((discipline) => discipline === 'bypass');
    this.runs = runs.map((run) => ({
      config: run,
      scope: new RunScope(run),
      algorithms: run.algorithms.map((algorithm) => algorithmOf(algorithm, plugins)),
    }));
    const windows = runs.flatMap((run) => run.algorithms.flatMap((one) => (one.type === 'receipt_reactive' ? [one.window] : [])));
    this.receipts = [...new Set(windows)].map((window) => new ReceiptWindow(window, banks.count));
    const scansAll = this.runs.every(
      ({ config: run, scope }) =>
        scope.hasAllClasses &&
        (run.when === 'every_tick' || !run.retry_after) &&
        !run.algorithms.some(({ type }) => type === 'receipt_reactive'),
    );
    this.onlyMoneyMatters =
      this.neverOrdered &&
      this.#gross.every(Boolean) &&
      !this.netLimits &&
      this.reservations === null &&
      scansAll &&
      !stress?.outages.canRestrict;
  }

  get offsetAtEntry(): EntryConfig['offset'] {
    return this.design.entry.offset;
  }

  get report(): Design['report'] {
    return this.design.report;
  }

  /** Whether runs and algorithms are reported. */
  get reports(): boolean {
    return this.design.report === 'changes' || this.design.report === 'all';
  }

  /** May a released payment of this class settle at once, gross? */
  entersGross(cls: number): boolean {
    return this.#gross[cls]!;
  }

  discipline(cls: number): Discipline {
    return this.#disciplines[cls]!;
  }

  /** The window of receipts of an algorithm. */
  window(length: 'day' | number): ReceiptWindow {
    return this.receipts.find(({ window }) => window === length)!;
  }

  /** A tick begins: reservations of a new day, windows move on. */
  beginTick(world: World): void {
    const { clock } = world;
    if (clock.startsDay) this.reservations?.set(world);
    for (const window of this.receipts) window.advance(clock.tick, clock.startsDay);
  }

  /** A payment settled, by whatever mechanism. */
  settled({ clock, payments }: World, p: number, amount: number): void {
    for (const window of this.receipts) window.record(clock.tick, payments.receiver[p]!, amount);
  }

  /** What it remembers from tick to tick, for snapshots. */
  save(): SystemState {
    const reserved = this.reservations?.reserved;
    return {
      reserved: reserved === undefined ? null : [[...reserved[0]], [...reserved[1]]],
      receipts: this.receipts.map((window) => window.save()),
    };
  }

  load({ receipts, reserved }: SystemState): void {
    if (reserved) this.reservations?.reserved.forEach((column, k) => column.set(reserved[k as 0 | 1]));
    this.receipts.forEach((window, i) => window.load(receipts[i]!));
  }

  /** Hands over what runs and algorithms did, and forgets it. */
  takeReports(): { algorithm_runs: AlgorithmReport[]; settlement_runs: SettlementReport[] } {
    const reports = { algorithm_runs: this.algorithmReports, settlement_runs: this.runReports };
    this.algorithmReports = [];
    this.runReports = [];
    return reports;
  }

  /** A parameter held something back. */
  countCutOff(reason: Truncation): void {
    this.cutOffs[reason] = (this.cutOffs[reason] ?? 0) + 1;
  }
}
