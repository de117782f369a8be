import {
  FieldView,
  readScenario,
  policyText,
  ScenarioError,
  SimulationError,
  type AgentConfig,
  type Scenario,
  type SimulationOptions,
} from '@simcash/engine';
import { byCodePoint, type CostComponent } from '@simcash/protocol';
import { dayStartDecision, type DayStartDecision } from '../decisions/day-start.js';
import { tickDecision, type TickDecision } from '../decisions/tick.js';
import { LearnerPolicies } from '../episode/learner-policies.js';
import { Observer } from '../episode/observer.js';
import { DefinitionError } from '../errors.js';
import { environmentSchema, type DayStartDocument, type EnvironmentDefinition, type EnvironmentDocument } from './schema.js';

/** An environment that has been checked completely and is ready to begin (spec 18 §1). */
export interface EnvironmentPlan {
  /** The scenario that is run. */
  readonly scenario: Scenario;
  /** Banks that learn, in byte order of their ids. */
  readonly learners: readonly string[];
  /** Their positions among all banks. */
  readonly banks: readonly number[];
  /** What learners' policies become when their parameters are chosen. */
  readonly policies: LearnerPolicies;
  /** Makes observations. */
  readonly observer: Observer;
  /** Settlement algorithms of one's own. */
  readonly algorithms: NonNullable<SimulationOptions['algorithms']>;
  /** Ticks of an episode. */
  readonly ticks: number;
  /** The seed of the random numbers. */
  readonly seed: bigint;
  /** What learners decide, and when. */
  readonly decisions: { readonly day_start: DayStartDecision | null; readonly tick: TickDecision | null };
  /** What learners see. */
  readonly observation: ObservationPlan;
  /** What learners are rewarded by. */
  readonly reward: { readonly costs: readonly CostComponent[]; readonly scale: number; readonly perEpisode: boolean };
  /** The definition with its defaults. */
  readonly resolved: Omit<EnvironmentDocument, 'scenario' | 'seed'> & { readonly seed: string };
}

/** What learners see. */
export interface ObservationPlan {
  /** The fields of the policy language that are read. */
  readonly view: FieldView;
  /** The fields by name, in order. */
  readonly fields: readonly string[];
  /** How many queued payments are seen, and what of each. */
  readonly queue: { readonly max: number; readonly fields: readonly string[] };
  /** What each number of the view is divided by, up to the bits that tell which payments there are. */
  readonly scales: Float64Array;
  /** The greatest absolute value of an observation. */
  readonly clip: number;
}

/** What a definition cannot contain. */
export interface EnvironmentOptions extends Pick<SimulationOptions, 'algorithms'> {
  /** The scenario that the definition names, read and checked; without it the definition must contain its scenario. */
  scenario?: Scenario;
}

/**
 * Checks the definition of an environment.
 *
 * @throws DefinitionError with everything that is wrong
 */
export function planEnvironment(
  definition: EnvironmentDefinition,
  { algorithms = {}, scenario }: EnvironmentOptions = {},
): EnvironmentPlan {
  const document = readDefinition(definition);
  const problems: { path: string; message: string }[] = [];
  const world = scenario ?? scenarioOf(document);
  const { agent_configs: banks, num_days: days, rng_seed, ticks_per_day: ticksPerDay } = world.config;
  const learners = [...document.learners].sort(byCodePoint);
  const agents = learners.flatMap((id, i) => {
    if (learners[i - 1] === id) problems.push({ path: 'learners', message: `'${id}' is named twice` });
    const agent = banks.find((bank) => bank.id === id);
    if (agent === undefined) problems.push({ path: 'learners', message: `there is no bank '${id}'` });
    return agent ?? [];
  });
  const points = document.decisions.map(({ at }) => at);
  if (points.some((at, i) => points.indexOf(at) < i))
    problems.push({ path: 'decisions', message: 'at most one decision at each point' });
  const decisions = { day_start: null as DayStartDecision | null, tick: null as TickDecision | null };
  document.decisions.forEach((decision, i) => {
    if (decision.at === 'tick') return (decisions.tick = tickDecision(decision));
    const found = dayStartProblems(decision, agents);
    problems.push(...found.map(({ message, path }) => ({ path: `decisions.${i}${path}`, message })));
    return found.length > 0
      ? null
      : (decisions.day_start = dayStartDecision(decision, (name, at) => boundsOf(decision, name, at)!));
  });
  const ticks = ticksOf(document, days, ticksPerDay, problems);
  const observation = observationOf(document, problems);
  if (problems.length > 0 || observation === null) throw new DefinitionError(problems);
  const seed = document.seed ?? rng_seed;
  const { observer, policies } = prepared(world, learners, observation);
  const { scenario: _, ...rest } = document;
  const ids = banks.map(({ id }) => id).sort(byCodePoint);
  return {
    scenario: world,
    learners,
    banks: learners.map((id) => ids.indexOf(id)),
    policies,
    observer,
    algorithms,
    ticks,
    seed,
    decisions,
    observation,
    reward: { ...document.reward, perEpisode: document.reward.per === 'episode' },
    resolved: { ...rest, learners, episode: { ticks }, seed: String(seed) },
  };
}

/** @throws DefinitionError for a scenario that the engine refuses */
function prepared(
  world: Scenario,
  learners: readonly string[],
  observation: ObservationPlan,
): Pick<EnvironmentPlan, 'observer' | 'policies'> {
  try {
    return { policies: new LearnerPolicies(world, learners), observer: new Observer(world, learners, observation) };
  } catch (error) {
    if (error instanceof SimulationError) throw new DefinitionError([{ path: 'scenario', message: error.message }]);
    throw error;
  }
}

/** Checks the form of the definition of an environment. @throws DefinitionError with everything that is wrong with it */
export function readDefinition(definition: unknown): EnvironmentDocument {
  // The schema would not see a key of this name.
  const { scale } = ((definition as { observation?: unknown } | null)?.observation ?? {}) as { scale?: unknown };
  if (typeof scale === 'object' && scale !== null && Object.hasOwn(scale, '__proto__'))
    throw new DefinitionError([{ path: 'observation.scale.__proto__', message: 'is no field of the observation' }]);
  const result = environmentSchema.safeParse(definition);
  if (result.success) return result.data;
  throw new DefinitionError(
    result.error.issues.flatMap((issue) => {
      const place = (...keys: readonly PropertyKey[]): string => [...issue.path, ...keys].map(String).join('.');
      if (issue.code !== 'unrecognized_keys') return [{ path: place(), message: issue.message }];
      return issue.keys.map((key) => ({ path: place(key), message: 'is no key here' }));
    }),
  );
}

function scenarioOf({ scenario }: EnvironmentDocument): Scenario {
  if (typeof scenario === 'string')
    throw new DefinitionError([{ path: 'scenario', message: `${scenario} has not been read: hand its scenario over` }]);
  try {
    return readScenario(scenario);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new DefinitionError(
      error.issues.map(({ message, path }) => ({ path: ['scenario', ...path.map(String)].join('.'), message })),
    );
  }
}

function dayStartProblems(decision: DayStartDocument, agents: readonly AgentConfig[]): { path: string; message: string }[] {
  if (decision.action === 'fraction')
    return agents
      .filter(({ liquidity_pool }) => liquidity_pool === undefined)
      .map(({ id }) => ({ path: '.action', message: `${id} has no liquidity_pool to bring in a fraction of` }));
  const problems: { path: string; message: string }[] = [];
  decision.names.forEach((name, i) => {
    if (decision.names.indexOf(name) < i) problems.push({ path: '.names', message: `'${name}' is named twice` });
    const bounds = boundsOf(decision, name, i);
    if (bounds === undefined) problems.push({ path: '.bounds', message: `'${name}' has no bounds` });
    else if (name === 'initial_liquidity_fraction' && !(bounds[0] >= 0 && bounds[1] <= 1))
      problems.push({ path: '.bounds', message: `the bounds of '${name}' must lie between 0 and 1` });
  });
  const given = Array.isArray(decision.bounds) ? decision.bounds.length : Object.keys(decision.bounds).length;
  if (given > decision.names.length) problems.push({ path: '.bounds', message: 'there are more bounds than names' });
  for (const { id, policy } of agents) {
    if (policy.type !== 'FromJson')
      problems.push({ path: '.action', message: `the policy of ${id} is no document with parameters` });
    else {
      const { parameters = {} } = JSON.parse(policyText(policy)) as { parameters?: object };
      for (const name of decision.names)
        if (!Object.hasOwn(parameters, name))
          problems.push({ path: '.names', message: `the policy of ${id} has no parameter '${name}'` });
    }
  }
  return problems;
}

function boundsOf(decision: DayStartDocument, name: string, i: number): readonly [number, number] | undefined {
  if (decision.action === 'fraction') return undefined;
  const { bounds } = decision;
  return Array.isArray(bounds) ? bounds[i] : Object.hasOwn(bounds, name) ? bounds[name] : undefined;
}

function ticksOf(
  { episode }: EnvironmentDocument,
  days: number,
  ticksPerDay: number,
  problems: { path: string; message: string }[],
): number {
  const most = days * ticksPerDay;
  if (episode === undefined) return most;
  const [ticks, path, limit] =
    'days' in episode ? [episode.days * ticksPerDay, 'episode.days', days] : [episode.ticks, 'episode.ticks', most];
  if (ticks > most) problems.push({ path, message: `the scenario ends after ${limit}` });
  return ticks;
}

function observationOf(
  { observation: { clip, fields, queue = { max: 0, fields: [] }, scale } }: EnvironmentDocument,
  problems: { path: string; message: string }[],
): ObservationPlan | null {
  const unused = Object.keys(scale).find((name) => !fields.includes(name) && !queue.fields.includes(name));
  if (unused !== undefined) problems.push({ path: `observation.scale.${unused}`, message: 'is no field of the observation' });
  try {
    const view = new FieldView(fields, queue);
    const scaleOf = (name: string): number => (Object.hasOwn(scale, name) ? scale[name]! : 1);
    const scales = new Float64Array(fields.length + queue.max * queue.fields.length).fill(1);
    fields.forEach((name, i) => (scales[i] = scaleOf(name)));
    for (let row = 0; row < queue.max; row++)
      queue.fields.forEach((name, i) => (scales[fields.length + row * queue.fields.length + i] = scaleOf(name)));
    return { view, fields, queue, scales, clip };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.push({ path: 'observation', message: error.message });
    return null;
  }
}
