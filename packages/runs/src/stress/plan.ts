import { byCodePoint, type Issue, issueText, SimcashError } from '@simcash/protocol';
import { replicationSeed } from '@simcash/statistics';
import { z } from 'zod';
import type { EventDocument, StressCase } from './cases.js';

/** Stress events, and how cases that strike with one of them are called. */
const STRESS_EVENTS = {
  ParticipantOutage: 'outage',
  LiquidityShock: 'shock',
  PaymentDelay: 'delay',
  SystemOutage: 'system outage',
} as const;
/** An event that stress is made of. */
export type StressEventType = keyof typeof STRESS_EVENTS;

/** An event without a beginning begins with the run. */
const begun = (event: Record<string, unknown>): Record<string, unknown> =>
  event.schedule === undefined && event.from === undefined ? { ...event, from: 0 } : event;

/** The case in which one bank is struck; called by the kind of event and the bank unless another name stands before the bank. */
export function caseOfBank(
  type: StressEventType,
  bank: string,
  keys: Readonly<Record<string, unknown>>,
  name: string = STRESS_EVENTS[type],
): StressCase {
  return { name: `${name} ${bank}`, events: [{ ...begun({ ...keys }), type, agent: bank } as EventDocument] };
}

const count = z.union([z.int(), z.bigint()]).transform(BigInt);
const keys = z.record(z.string(), z.unknown());
const types = Object.keys(STRESS_EVENTS) as StressEventType[];

const planSchema = z.strictObject({
  stress: z.string({ error: 'expected a name' }).min(1),
  base: z.string({ error: 'expected the path of a scenario' }).optional(),
  seeds: z
    .union([
      z.array(count).min(1),
      z
        .strictObject({ from: count, to: count })
        .refine(({ from, to }) => from <= to && to - from < 100_000n, { error: 'from must not be above to' }),
      z.strictObject({
        count: count.refine((n) => n > 0n && n <= 100_000n, { error: 'must lie between 1 and 100000' }),
        master_seed: count.optional(),
      }),
    ])
    .optional(),
  cases: z
    .array(
      z.union(
        [
          z.strictObject({ name: z.string().min(1).optional(), each: z.partialRecord(z.enum(types as [StressEventType]), keys) }),
          z.strictObject({ name: z.string().min(1), events: z.array(keys.and(z.object({ type: z.string() }))).min(1) }),
        ],
        { error: 'expected {each: {EVENT: {…}}} or {name, events: […]}' },
      ),
    )
    .min(1),
});

/** What a stress plan says (spec 15 §5). */
export interface StressPlan {
  /** What it is called. */
  readonly name: string;
  /** Path of the scenario, as the file has it. */
  readonly base: string | null;
  /** Null where the plan says nothing of seeds. */
  seeds(scenarioSeed: bigint): readonly bigint[] | null;
  /** The cases for these banks. */
  cases(banks: readonly string[]): StressCase[];
}

/** What is wrong with a plan: path and sentence. */
export class StressPlanError extends SimcashError {
  override name = 'StressPlanError';
  override readonly code = 'invalid_stress_plan';
  /** @param issues all that is wrong, each with its place */
  constructor(override readonly issues: readonly Issue[]) {
    super(issues.map(issueText).join('\n'));
  }
}

/** Reads a plan that has been parsed. @throws StressPlanError */
export function readStressPlan(document: unknown): StressPlan {
  const result = planSchema.safeParse(document);
  if (!result.success)
    throw new StressPlanError(result.error.issues.map(({ message, path }) => ({ message, path: path as (string | number)[] })));
  const { base = null, cases, seeds, stress } = result.data;
  return {
    name: stress,
    base,
    seeds: (scenarioSeed) => (seeds === undefined ? null : seedsOf(seeds, scenarioSeed)),
    cases: (banks) => {
      const all = cases.flatMap((one): StressCase[] => {
        if ('events' in one) return [{ name: one.name, events: one.events.map((event) => begun(event) as EventDocument) }];
        return Object.entries(one.each).flatMap(([type, given]) =>
          [...banks].sort(byCodePoint).map((bank) => caseOfBank(type as StressEventType, bank, given, one.name)),
        );
      });
      checkNames(all);
      return all;
    },
  };
}

function seedsOf(seeds: NonNullable<z.infer<typeof planSchema>['seeds']>, scenarioSeed: bigint): bigint[] {
  if (Array.isArray(seeds)) return seeds;
  if ('count' in seeds) return replicationSeeds(Number(seeds.count), seeds.master_seed ?? scenarioSeed);
  return Array.from({ length: Number(seeds.to - seeds.from) + 1 }, (_, i) => seeds.from + BigInt(i));
}

/** Seeds of so many replications (spec 15 §9). */
export function replicationSeeds(n: number, masterSeed: bigint): bigint[] {
  return Array.from({ length: n }, (_, r) => replicationSeed(masterSeed, r));
}

function checkNames(cases: readonly StressCase[]): void {
  const names = new Set<string>();
  cases.forEach(({ name }, i) => {
    if (names.has(name))
      throw new StressPlanError([
        { path: ['cases', i], message: `a case is called '${name}' already; a name beside each tells them apart` },
      ]);
    names.add(name);
  });
}
