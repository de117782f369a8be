import { type Issue, issueText, SimcashError } from '@simcash/protocol';
import { z } from 'zod';

/** The document of a sweep (spec 15 §8). */

const whole = z.union([z.int(), z.bigint()], { error: 'expected a whole number' }).transform(Number);
const seed = z
  .union([z.int(), z.bigint()], { error: 'expected a whole number' })
  .transform(BigInt)
  .refine((x) => x >= 0n && x < 2n ** 64n, { error: 'must lie between 0 and 2^64 − 1' });
const number = z.union([z.number(), z.bigint()], { error: 'expected a number' }).transform(Number);
const count = whole.refine((n) => n >= 1, { error: 'must be at least 1' });
const name = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, { error: 'expected a name of letters, digits, _ . -' });
const share = number.refine((x) => x > 0 && x < 1, { error: 'must lie between 0 and 1' });

const value = z.union([z.number(), z.bigint(), z.string(), z.boolean()]);
const setting = z.record(z.string().min(1), z.unknown());

/** A word that names a level: YAML takes on and off for booleans, and whoever writes them means the words. */
export const labelText = (word: unknown): string => (typeof word === 'boolean' ? (word ? 'on' : 'off') : String(word));

const labelled = z.strictObject({ label: z.union([z.string(), z.number(), z.boolean()]).transform(labelText), set: setting });

const range = z
  .strictObject({
    from: number,
    to: number,
    step: number.optional(),
    count: count.optional(),
    scale: z.enum(['linear', 'log']).default('linear'),
  })
  .refine(({ count: n, step }) => n === undefined || step === undefined, { error: 'step and count are mutually exclusive' })
  .refine(({ step }) => step === undefined || step > 0, { path: ['step'], error: 'must be above 0' })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'must be above from' })
  .refine(({ from, scale }) => scale === 'linear' || from > 0, { path: ['from'], error: 'must be above 0 on a log scale' });

const axis = z
  .strictObject({
    name,
    path: z.string().min(1).optional(),
    values: z
      .array(z.union([labelled, value]))
      .min(1)
      .optional(),
    range: range.optional(),
    agent: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
    policies: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.unknown())])).optional(),
    designs: z
      .union([z.array(z.string()).min(1), z.record(z.string(), z.union([z.string(), z.record(z.string(), z.unknown())]))])
      .optional(),
  })
  .superRefine((given, issues) => {
    const kinds = (['values', 'range', 'policies', 'designs'] as const).filter((key) => given[key] !== undefined);
    const fail = (message: string): void => void issues.addIssue({ code: 'custom', message });
    if (kinds.length !== 1) return fail('exactly one of values, range, policies and designs is needed');
    const [kind] = kinds;
    const plain = kind === 'range' || (kind === 'values' && given.values!.some((one) => typeof one !== 'object'));
    if (plain && given.path === undefined) fail('path is needed: what the values are of');
    if (!plain && given.path !== undefined) fail('path goes with plain values or a range');
    if ((kind === 'policies') !== (given.agent !== undefined)) fail('policies need agent: a bank, a list of banks, or all');
  });

const stop = z
  .strictObject({
    measure: z.union([z.string(), z.array(z.string()).min(1)]).transform((one) => (typeof one === 'string' ? [one] : one)),
    relative: number.refine((x) => x > 0, { error: 'must be above 0' }).optional(),
    absolute: number.refine((x) => x > 0, { error: 'must be above 0' }).optional(),
    of: z.enum(['mean', 'difference']).default('mean'),
    min: whole.refine((n) => n >= 2, { error: 'must be at least 2' }).default(30),
    batch: count.default(10),
    max: count.default(1000),
  })
  .refine(({ absolute, relative }) => (absolute === undefined) !== (relative === undefined), {
    error: 'exactly one of relative and absolute is needed',
  })
  .refine(({ max, min }) => min <= max, { path: ['max'], error: 'must be at least min' });

/** A query that is asked of every stored run; `money`: it gives cents. */
const query = z.strictObject({ name, sql: z.string().min(1), money: z.boolean().default(false) });

const nameOf = (measure: string | z.output<typeof query>): string => (typeof measure === 'string' ? measure : measure.name);

const sweepSchema = z.strictObject({
  sweep: name,
  base: z.string().optional(),
  /** A stored run, whose configuration is the base. */
  base_run: z.string().min(1).optional(),
  replications: z.strictObject({ count, master_seed: seed.optional() }).optional(),
  seeds: z
    .union([
      z.array(seed).min(1),
      z
        .strictObject({ from: seed, to: seed })
        .refine(({ from, to }) => from <= to && to - from < 1_000_000n, { error: 'from must not be above to' }),
    ])
    .optional(),
  pairing: z.enum(['common', 'independent']).default('common'),
  axes: z.array(axis).default([]),
  /** Of a stress test: its axis. */
  cases: z
    .array(z.strictObject({ name: z.string().min(1), events: z.array(setting.and(z.object({ type: z.string() }))).min(1) }))
    .min(1)
    .optional(),
  design: z.enum(['full', 'zip', 'list', 'latin_hypercube', 'sobol', 'sobol_indices', 'morris']).default('full'),
  /** Of latin_hypercube and sobol; rows of each of the parts of sobol_indices. */
  points: count.optional(),
  /** Of morris: walks, and values that a parameter may have on them. */
  trajectories: count.optional(),
  levels: whole.refine((n) => n >= 4 && n % 2 === 0, { error: 'must be even, at least 4' }).optional(),
  cells: z.array(z.record(z.string(), value)).min(1).optional(),
  baseline: z.record(z.string(), value).optional(),
  measures: z
    .array(z.union([z.string(), query], { error: 'expected the name of a measure, or {name, sql}' }))
    .min(1)
    .default(['total_cost', 'settlement_rate_value', 'delay_indicator', 'liquidity_used']),
  statistics: z
    .strictObject({
      confidence: share.default(0.95),
      bootstrap: whole.refine((n) => n >= 0).default(2000),
      quantiles: z.array(number.refine((q) => q >= 0 && q <= 1)).default([0.05, 0.5, 0.95]),
    })
    .prefault({}),
  stop: stop.optional(),
  store: z.enum(['none', 'summary', 'events', 'full']).default('none'),
  ticks: count.nullable().default(null),
});

/** A sweep as users write it. */
export type SweepInput = z.input<typeof sweepSchema>;
/** A sweep once it has been checked, with defaults filled in. */
export type SweepDocument = z.output<typeof sweepSchema>;
export type AxisDocument = SweepDocument['axes'][number];

/** What is wrong with a sweep: paths and sentences. */
export class SweepError extends SimcashError {
  override name = 'SweepError';
  override readonly code = 'invalid_sweep';
  /** @param issues all that is wrong, each with its place */
  constructor(override readonly issues: readonly Issue[]) {
    super(issues.map(issueText).join('\n'));
  }
}

/** Whether a design draws points between the ends of ranges. */
export const isSampled = (design: SweepDocument['design']): boolean => !['full', 'zip', 'list'].includes(design);

/** Checks the form of the document of a sweep. @throws SweepError with everything that is wrong with it */
export function readSweep(document: unknown): SweepDocument {
  const result = sweepSchema.safeParse(document);
  if (!result.success)
    throw new SweepError(result.error.issues.map(({ message, path }) => ({ path: path.map(String).join('.'), message })));
  const {
    axes,
    base,
    base_run,
    baseline,
    cells,
    design,
    levels,
    measures,
    points,
    replications,
    seeds,
    stop,
    store,
    trajectories,
  } = result.data;
  const fail = (path: string, message: string): never => {
    throw new SweepError([{ path, message }]);
  };
  if (base !== undefined && base_run !== undefined) fail('base_run', 'base and base_run are mutually exclusive');
  if (result.data.cases !== undefined) checkStress(result.data, fail);
  const asked = measures.findIndex((one) => typeof one === 'object');
  if (asked >= 0 && store === 'none') fail(`measures.${asked}`, 'sql needs stored runs: store: summary, events or full');
  if (replications !== undefined && seeds !== undefined) fail('seeds', 'replications and seeds are mutually exclusive');
  if ((design === 'list') !== (cells !== undefined)) fail('cells', 'cells go with design: list');
  const hasPoints = design === 'latin_hypercube' || design === 'sobol' || design === 'sobol_indices';
  if (hasPoints !== (points !== undefined)) fail('points', 'points go with design: latin_hypercube, sobol or sobol_indices');
  if (design !== 'morris' && trajectories !== undefined) fail('trajectories', 'trajectories go with design: morris');
  if (design !== 'morris' && levels !== undefined) fail('levels', 'levels go with design: morris');
  if (isSampled(design) && baseline !== undefined)
    fail('baseline', 'cells of drawn points cannot be named: the first is the baseline');
  if (design === 'zip' && axes.length === 0) fail('axes', 'zip needs at least one axis');
  const names = axes.map((axis) => axis.name);
  const twice = repeated(names);
  if (twice !== undefined) fail('axes', `two axes are called '${twice}'`);
  const measure = repeated(measures.map(nameOf));
  if (measure !== undefined) fail('measures', `'${measure}' is named twice`);
  const listed = Array.isArray(seeds) ? seeds.length : seeds === undefined ? Infinity : Number(seeds.to - seeds.from) + 1;
  if (stop !== undefined && stop.max > listed) fail('stop.max', `${stop.max} is more than the ${listed} seeds that are listed`);
  [...(cells ?? []).map((cell, i) => [`cells.${i}`, cell] as const), ['baseline', baseline ?? {}] as const].forEach(
    ([path, named]) => {
      const unknown = Object.keys(named).find((name) => !names.includes(name));
      if (unknown !== undefined) fail(`${path}.${unknown}`, `is none of the axes (${names.join(', ')})`);
    },
  );
  return result.data;
}

/** The name of the axis of a stress test, and the label of the runs without stress. */
export const CASE = 'case';
export const WITHOUT_STRESS = 'without stress';

function checkStress(
  { axes, baseline, cases, design, pairing }: SweepDocument,
  fail: (path: string, message: string) => never,
): void {
  if (axes.length > 0) fail('axes', 'a stress test has one axis, its cases');
  if (design !== 'full') fail('design', 'a stress test has none');
  if (baseline !== undefined) fail('baseline', 'cases are compared with the runs without stress');
  if (pairing !== 'common') fail('pairing', 'cases are compared on the same seeds');
  const twice = repeated([WITHOUT_STRESS, ...cases!.map((one) => one.name)]);
  if (twice !== undefined) fail('cases', `two cases are called '${twice}'`);
}

const repeated = (names: readonly string[]): string | undefined => names.find((name, i) => names.indexOf(name) < i);
