import { CountingSink, Simulation, SimulationError, type PolicyConfig, type Scenario } from '@simcash/engine';
import { COST_COMPONENTS, type CallRecord, type CostComponent, type EventSink } from '@simcash/protocol';
import type { EnvironmentPlan } from '../definition/plan.js';
import { EnvironmentError } from '../errors.js';

/** A point at which the world stands still and learners are asked (spec 18 §2). */
export type DecisionPoint = 'day_start' | 'tick';

/** Numbers of an action for each learner, in their order; checked. */
export type Actions = readonly (readonly number[])[];

/** What an episode was, for running it once more. */
export interface EpisodeRecord {
  /** The scenario of the run: its seed, and the policies that learners chose for day 0. */
  readonly scenario: Scenario;
  /** Calls from outside in order, with the ticks that they precede. */
  readonly calls: readonly CallRecord[];
  /** Ticks that have been run. */
  readonly ticks: number;
}

type Policies = ReadonlyMap<string, PolicyConfig & { type: 'FromJson' }>;

const COUNTED = new CountingSink();

/** One run of the scenario, from decision to decision. All that it does follows from plan, seed and actions. */
export class Episode {
  /** The latest point of decision; it stays that when the episode is over. */
  point: DecisionPoint;
  isOver = false;
  /** Null before day 0 has been set up. */
  #simulation: Simulation | null = null;
  /** Policies that learners chose for day 0. */
  #policies: Policies = new Map();
  /** First tick of the latest day that was decided about at its start. */
  #startedAt = -1;
  #isAboutReleases = false;
  readonly #actions: Actions[] = [];
  readonly #calls: CallRecord[] = [];
  /** Why the simulation could not go on. */
  #failure: EnvironmentError | null = null;
  /** Costs at the latest decision, by component and learner; none at the first one, so that rewards have all of them. */
  readonly #before: readonly Float64Array[];

  /**
   * @param sink takes the events of each tick; they are only counted unless given
   * @throws EnvironmentError `simulation_failed`
   */
  constructor(
    private readonly plan: EnvironmentPlan,
    readonly seed: bigint,
    private readonly sink: EventSink = COUNTED,
    from: Episode | null = null,
  ) {
    this.#before = COST_COMPONENTS.map((_, c) =>
      from === null ? new Float64Array(plan.learners.length) : from.#before[c]!.slice(),
    );
    this.point = from?.point ?? (plan.decisions.day_start === null ? 'tick' : 'day_start');
    if (from !== null) this.#continueFrom(from);
    else if (this.point === 'tick') this.#run(() => this.#create());
  }

  /** A copy of the episode as it stands; its sink takes the events from here on. */
  fork(sink?: EventSink): Episode {
    // What a failed tick has left is nobody's state to go on from.
    return this.#failure === null ? new Episode(this.plan, this.seed, sink, this) : this.again(sink);
  }

  /** The same episode from its beginning up to now, made by taking the same actions; its sink takes all events. */
  again(sink?: EventSink): Episode {
    const again = new Episode(this.plan, this.seed, sink);
    for (const actions of this.#actions) {
      try {
        again.act(actions);
      } catch (error) {
        // It fails where the original did.
        if (this.#failure === null) throw error;
      }
    }
    return again;
  }

  #continueFrom(from: Episode): void {
    this.#policies = from.#policies;
    this.#startedAt = from.#startedAt;
    this.#isAboutReleases = from.#isAboutReleases;
    this.#actions.push(...from.#actions);
    this.#calls.push(...from.#takeCalls());
    this.isOver = from.isOver;
    this.#simulation = from.#simulation === null ? null : from.#simulation.fork({ sink: this.sink });
  }

  /** All calls up to now. */
  #takeCalls(): readonly CallRecord[] {
    if (this.#simulation !== null) this.#calls.push(...this.#simulation.takeRecords().calls);
    return this.#calls;
  }

  /** The tick that is about to begin, or stands still. */
  get tick(): number {
    return this.#simulation?.currentTick ?? 0;
  }

  get day(): number {
    return this.#simulation?.currentDay ?? 0;
  }

  /** Decisions that have been made. */
  get steps(): number {
    return this.#actions.length;
  }

  /** Carries out the actions of all learners and runs on to the next decision. @throws EnvironmentError `simulation_failed` */
  act(actions: Actions): void {
    if (this.steps > 0) this.#noteCosts();
    this.#actions.push(actions);
    this.#isAboutReleases = this.point === 'tick';
    this.#run(() => (this.#isAboutReleases ? this.#decideReleases(actions) : this.#startDay(actions)));
  }

  observe(learner: number, into: Float64Array, at = 0): void {
    this.plan.observer.observe(this.#simulation, learner, into, at);
  }

  /** Cents that a learner has been charged since the episode began. */
  cost(learner: number, component: CostComponent): number {
    return this.#simulation?.costColumns[component][this.plan.banks[learner]!] ?? 0;
  }

  /** Cents that a learner has been charged since the latest decision. */
  newCost(learner: number, component: CostComponent): number {
    return this.cost(learner, component) - this.#before[COST_COMPONENTS.indexOf(component)]![learner]!;
  }

  /** Payments that the latest decision of a learner was about, and those that it released; none at the start of a day. */
  releases(learner: number): { asked: number; released: number } {
    return this.#isAboutReleases ? this.#simulation!.releases(this.plan.learners[learner]!) : { asked: 0, released: 0 };
  }

  /** What has to be done to run it once more. */
  record(): EpisodeRecord {
    const scenario = this.plan.policies.storable(this.seed, this.#policies);
    return { scenario, calls: [...this.#takeCalls()], ticks: this.tick };
  }

  /** What fails ends the episode. */
  #run(work: () => void): void {
    try {
      work();
      this.#runOn();
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error;
      this.isOver = true;
      throw (this.#failure = new EnvironmentError('simulation_failed', error.message, '', { cause: error }));
    }
  }

  #create(): void {
    const { algorithms, policies } = this.plan;
    const scenario = policies.ofEpisode(this.seed, this.#policies);
    this.#simulation = Simulation.create(scenario, { sink: this.sink, history: 'release', algorithms });
  }

  #startDay(actions: Actions): void {
    const { decisions, learners, policies } = this.plan;
    const { names, values } = decisions.day_start!;
    const chosen = learners.map((id, i) => [id, policies.with(id, names, values(actions[i]!))] as const);
    this.#startedAt = this.tick;
    if (this.#simulation === null) {
      this.#policies = new Map(chosen);
      this.#create();
    } else for (const [id, { json }] of chosen) this.#simulation.updateAgentPolicy(id, json);
  }

  #decideReleases(actions: Actions): void {
    const { decisions, learners } = this.plan;
    learners.forEach((id, i) => this.#simulation!.decideRelease(id, decisions.tick!.choice(actions[i]!)));
    this.#simulation!.tick();
  }

  /** Runs up to the next point of decision; an episode without one is over. Closed ticks have none (spec 13 §2). */
  #runOn(): void {
    const { decisions, scenario, ticks } = this.plan;
    const simulation = this.#simulation!;
    for (; simulation.currentTick < ticks; simulation.tick()) {
      const { currentTick: tick } = simulation;
      const isUndecided = tick % scenario.config.ticks_per_day === 0 && tick !== this.#startedAt;
      if (decisions.day_start !== null && isUndecided) return void (this.point = 'day_start');
      if (decisions.tick !== null && simulation.beginTick()) return void (this.point = 'tick');
    }
    this.isOver = true;
  }

  #noteCosts(): void {
    COST_COMPONENTS.forEach((component, c) => {
      for (let i = 0; i < this.plan.learners.length; i++) this.#before[c]![i] = this.cost(i, component);
    });
  }
}
