import {
  readScenario,
  PathError,
  placeOf,
  positionOf,
  PRESETS,
  readScenarioText,
  ScenarioError,
  withDesign,
  withValueAt,
  type Scenario,
} from '@simcash/engine';
import { exactJson, issueText } from '@simcash/protocol';
import { hash64 } from '@simcash/random';
import { replicationSeed } from '@simcash/statistics';
import { firstTickOf, stressedDocument, strickenBy, type EventDocument } from '@simcash/runs/live';
import { CASE, isSampled, SweepError, WITHOUT_STRESS, type SweepDocument } from '../definition/schema.js';
import { bankIds, measuresOf, type Measure } from '../measures.js';
import { levelsOf, type Level } from './axes.js';
import { combinations, levelNamed, type Combination } from './designs.js';

/** A cell of a sweep: what its axes set, and the scenario that they make of the base. */
export interface Cell {
  /** The number of it, counted from 0. */
  readonly index: number;
  /** Label of each axis. */
  readonly labels: Readonly<Record<string, string>>;
  /** What is set in this cell, by key. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The scenario that is run. */
  readonly scenario: Scenario;
  /** What strikes in it, if it is a case of a stress test. */
  readonly stress: CellStress | null;
}

interface CellStress {
  readonly name: string;
  /** The one bank that is struck; null if there is not one. */
  readonly stricken: string | null;
  readonly events: readonly EventDocument[];
  /** In which it begins. */
  readonly firstTick: number;
}

/** A sweep that is ready to run. */
export interface SweepPlan {
  /** What it is called. */
  readonly name: string;
  /** The checked document. */
  readonly sweep: SweepDocument;
  readonly base: Scenario;
  /** Whether its cells are the cases of a stress test, the first one that without stress. */
  readonly isStress: boolean;
  readonly masterSeed: bigint;
  /** The cells in order. */
  readonly cells: readonly Cell[];
  /** Place of the cell that the others are compared with. */
  readonly baseline: number;
  /** What is measured. */
  readonly measures: readonly Measure[];
  /** Replications, or the most of them where precision decides. */
  readonly replications: number;
  /** What is not wrong, but probably not meant. */
  readonly warnings: readonly string[];
  /** Seed of a replication in a cell. */
  seed(cell: number, replication: number): bigint;
}

/** What a sweep may name besides its base. */
export interface SweepFiles {
  /** Text of a policy file. */
  readPolicy(name: string): string;
  /** The value of the key `settlement` in a design file. */
  readDesign(name: string): unknown;
}

/** The sweep with the content of every file that it names in place of the name: it needs no files any more. */
export function withoutFiles(sweep: SweepDocument, files: SweepFiles): SweepDocument {
  const axes = sweep.axes.map((axis) => {
    const { designs, policies } = axis;
    const named =
      designs === undefined
        ? []
        : Array.isArray(designs)
          ? designs.map((name) => [name, name] as const)
          : Object.entries(designs);
    return {
      ...axis,
      ...(policies === undefined
        ? {}
        : { policies: Object.fromEntries(Object.entries(policies).map(([label, policy]) => [label, policyOf(policy, files)])) }),
      ...(designs === undefined
        ? {}
        : {
            designs: Object.fromEntries(
              named.map(([label, design]) => [label, design === 'document' ? design : blockOf(design, files)]),
            ),
          }),
    };
  });
  return { ...sweep, axes } as SweepDocument;
}

/** Makes the cells of a sweep and checks every one of them. @throws SweepError that names cell and path */
export function planSweep(sweep: SweepDocument, base: Scenario, files: SweepFiles): SweepPlan {
  const masterSeed = sweep.replications?.master_seed ?? base.config.rng_seed;
  const isWhole = wholeNumbers(base);
  const isStress = sweep.cases !== undefined;
  const rows = combinations(sweep, masterSeed, isWhole);
  checkPaths(sweep, base, isWhole);
  const cells = isStress ? stressCells(sweep.cases!, base) : rows.map((row, index) => cellOf(row, index, base, files));
  const measures = measuresOf(sweep.measures, bankIds(base), isStress);
  for (const name of sweep.stop?.measure ?? [])
    if (!measures.some((one) => one.name === name))
      throw new SweepError([{ path: 'stop.measure', message: `${name} is none of the measures` }]);
  const seeds = seedsOf(sweep, masterSeed, base);
  const { num_days, ticks_per_day } = base.config;
  const shortest = Math.min(
    ...cells.map(({ scenario: { config } }) => config.num_days * config.ticks_per_day),
    num_days * ticks_per_day,
  );
  if (sweep.ticks !== null && sweep.ticks > shortest)
    throw new SweepError([{ path: 'ticks', message: `${sweep.ticks} lies after the end: a run has ${shortest} ticks` }]);
  return {
    name: sweep.sweep,
    sweep,
    base,
    isStress,
    masterSeed,
    cells,
    baseline: sweep.baseline === undefined ? 0 : baselineOf(sweep, rows, isWhole),
    measures,
    replications: sweep.stop?.max ?? seeds.count,
    warnings: [...warningsOf(sweep, base), ...warningsOfCells(cells, base)],
    seed: (cell, r) =>
      sweep.pairing === 'independent' ? hash64(`${masterSeed}:cell:${cell}:replication:${r}`) || 1n : seeds.of(r),
  };
}

function seedsOf(
  { replications, seeds, stop }: SweepDocument,
  masterSeed: bigint,
  base: Scenario,
): { count: number; of: (r: number) => bigint } {
  if (seeds !== undefined) {
    const list = Array.isArray(seeds)
      ? seeds
      : Array.from({ length: Number(seeds.to - seeds.from) + 1 }, (_, i) => seeds.from + BigInt(i));
    return { count: list.length, of: (r) => list[r]! };
  }
  if (replications === undefined && stop === undefined) return { count: 1, of: () => base.config.rng_seed };
  return { count: replications?.count ?? 1, of: (r) => replicationSeed(masterSeed, r) };
}

/** Whether the value at a path must be a whole number: the schema says so when it is given a half. */
function wholeNumbers(base: Scenario): (path: string) => boolean {
  const known = new Map<string, boolean>();
  return (path) => {
    const found = known.get(path);
    if (found !== undefined) return found;
    let isWhole = false;
    try {
      reparse(withValueAt(base.source, placeOf(base.source, path), 0.5), base);
    } catch (error) {
      if (error instanceof ScenarioError) isWhole = error.issues.some(({ code }) => code === 'not_whole');
    }
    known.set(path, isWhole);
    return isWhole;
  };
}

/** A scenario made of the document of another, with the payments of that. @throws ScenarioError */
function reparse(document: unknown, { payments, source }: Scenario): Scenario {
  return readScenario(document, { exactIntegers: isExact(source), ...(payments === null ? {} : { payments }) });
}

/** Whether whole numbers of a document are bigints, as those of files are, so that 100 and 100.0 differ: those of programs are not. */
export const isExact = (document: unknown): boolean =>
  typeof document === 'bigint' ||
  (typeof document === 'object' && document !== null && Object.values(document as object).some(isExact));

/** A number as the document has such numbers. */
const likeIn = (document: unknown, value: unknown): unknown =>
  typeof value === 'number' && Number.isSafeInteger(value) && isExact(document) ? BigInt(value) : value;

/** No two axes set the same place, nor one what contains what the other sets. */
function checkPaths(sweep: SweepDocument, base: Scenario, isWhole: (path: string) => boolean): void {
  const setBy = new Map<string, string>();
  for (const axis of sweep.axes) {
    const paths = new Set(
      isSampled(sweep.design) ? [axis.path!] : levelsOf(axis, isWhole).flatMap((level) => pathsOf(level, base)),
    );
    const own = [...paths].map((path) => [path, placeIn(base.source, path, `axes.${axis.name}`).join('.')] as const);
    for (const [path, place] of own) {
      if (place.endsWith('rng_seed'))
        throw new SweepError([{ path: `axes.${axis.name}`, message: `sets ${path}: seeds are those of the replications` }]);
      const other = [...setBy].find(
        ([known]) => known === place || known.startsWith(`${place}.`) || place.startsWith(`${known}.`),
      );
      if (other !== undefined)
        throw new SweepError([{ path: `axes.${axis.name}`, message: `sets ${path}, which axis ${other[1]} sets, too` }]);
    }
    for (const [, place] of own) setBy.set(place, axis.name);
  }
}

/** Paths that a level sets. */
function pathsOf({ design, policy, set }: Level, base: Scenario): string[] {
  const banks = policy?.agents === 'all' ? base.config.agent_configs.map(({ id }) => id) : (policy?.agents ?? []);
  const known = banks.filter((id) => base.config.agent_configs.some((agent) => agent.id === id));
  return [...Object.keys(set), ...(design === undefined ? [] : ['settlement']), ...known.map((id) => `agents.${id}.policy`)];
}

function placeIn(document: unknown, path: string, where: string): (string | number)[] {
  try {
    return placeOf(document, path);
  } catch (error) {
    if (error instanceof PathError) throw new SweepError([{ path: where, message: `${path}: ${error.message}` }]);
    throw error;
  }
}

/** The runs without stress, and a cell for each case. */
function stressCells(cases: NonNullable<SweepDocument['cases']>, base: Scenario): Cell[] {
  const baseline = { index: 0, labels: { [CASE]: WITHOUT_STRESS }, settings: {}, scenario: base, stress: null };
  const struck = cases.map(({ events: given, name }, i): Cell => {
    const index = i + 1;
    const events = (isExact(base.source) ? exactly(given) : given) as EventDocument[];
    const scenario = checked(cellText(index, { [CASE]: name }), () => reparse(stressedDocument(base, events), base));
    const one = { name, events };
    const stress = { ...one, stricken: strickenBy(one), firstTick: firstTickOf(scenario, one) };
    return { index, labels: { [CASE]: name }, settings: {}, scenario, stress };
  });
  return [baseline, ...struck];
}

/** A document whose whole numbers are bigints. */
const exactly = (document: unknown): unknown => readScenarioText(exactJson(document), 'json').document;

function cellOf(row: Combination, index: number, base: Scenario, files: SweepFiles): Cell {
  const labels = Object.fromEntries(Object.entries(row).map(([axis, { label }]) => [axis, label]));
  const where = cellText(index, labels);
  const settings: Record<string, unknown> = {};
  let document: unknown = base.source;
  for (const { design, policy, set } of Object.values(row)) {
    if (design !== undefined && design !== 'document') {
      document = withDesign(document, blockOf(design, files));
      settings.settlement = design;
    }
    if (policy !== undefined) {
      document = withPolicy(document, policy.agents, policyOf(policy.policy, files), where);
      settings[`policy of ${policy.agents === 'all' ? 'all' : policy.agents.join(', ')}`] = policy.policy;
    }
    for (const [path, value] of Object.entries(set)) {
      document = withValueAt(document, placeIn(document, path, where), likeIn(base.source, value));
      settings[path] = value;
    }
  }
  return { index, labels, settings, scenario: checked(where, () => reparse(document, base)), stress: null };
}

/** A cell as messages call it. */
function cellText(index: number, labels: Cell['labels']): string {
  const ofAxes = Object.entries(labels).map(([axis, label]) => `${axis} ${label}`);
  return `cell ${index} (${ofAxes.join(', ')})`;
}

/** @throws SweepError that names the cell */
function checked(where: string, parse: () => Scenario): Scenario {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ScenarioError)
      throw new SweepError(error.issues.map((issue) => ({ path: where, message: issueText(issue) })));
    throw error;
  }
}

/** A design as a scenario has it: a preset, or the block of a file. */
function blockOf(design: string | Record<string, unknown>, files: SweepFiles): unknown {
  if (typeof design !== 'string') return design;
  return Object.hasOwn(PRESETS, design) ? { preset: design } : files.readDesign(design);
}

/** A policy as a scenario has it: of a file its text. */
function policyOf(policy: string | Record<string, unknown>, files: SweepFiles): Record<string, unknown> {
  return typeof policy === 'string' ? { type: 'InlineJson', json_string: files.readPolicy(policy) } : policy;
}

function withPolicy(document: unknown, agents: 'all' | readonly string[], policy: unknown, where: string): unknown {
  const { agents: list } = document as { agents?: unknown };
  if (!Array.isArray(list)) throw new SweepError([{ path: where, message: 'policies need a scenario document' }]);
  const places = agents === 'all' ? list.map((_, i) => i) : agents.map((id) => positionOf(list, id));
  const unknown = places.indexOf(-1);
  if (unknown >= 0) throw new SweepError([{ path: where, message: `unknown bank '${agents[unknown]}'` }]);
  return places.reduce<unknown>((current, i) => withValueAt(current, ['agents', i, 'policy'], policy), document);
}

function baselineOf(sweep: SweepDocument, rows: readonly Combination[], isWhole: (path: string) => boolean): number {
  const wanted = sweep.axes.flatMap((axis) =>
    !Object.hasOwn(sweep.baseline!, axis.name)
      ? []
      : [[axis.name, levelNamed(axis, levelsOf(axis, isWhole), sweep.baseline!, 'baseline').label] as const],
  );
  const found = rows.findIndex((row) => wanted.every(([axis, label]) => row[axis]!.label === label));
  if (found < 0) throw new SweepError([{ path: 'baseline', message: 'is none of the cells' }]);
  return found;
}

/** Cells whose warnings are told one by one; a mistake in an axis is in all of them. */
const MOST_WARNINGS = 3;

/** What hardly does what its author expects in a cell, and not already in the base. */
function warningsOfCells(cells: readonly Cell[], base: Scenario): string[] {
  const known = new Set(base.warnings.map(issueText));
  const found = cells.flatMap(({ index, labels, scenario }) =>
    scenario.warnings
      .map(issueText)
      .filter((text) => !known.has(text))
      .map((text) => `${cellText(index, labels)}: ${text}`),
  );
  const others = found.length - MOST_WARNINGS;
  return [...found.slice(0, MOST_WARNINGS), ...(others > 0 ? [`… and ${others} more warnings of cells`] : [])];
}

/** Common random numbers hold as long as no axis changes what is drawn. */
function warningsOf({ axes, stop }: SweepDocument, { config }: Scenario): string[] {
  const shared = config.random_streams === undefined;
  const changes = axes.filter(({ path, values }) =>
    [path, ...(values ?? []).flatMap((one) => (typeof one === 'object' ? Object.keys(one.set) : []))].some(
      (one) => one !== undefined && /arrival_config|arrival_bands/.test(one),
    ),
  );
  return [
    ...(shared && changes.length > 0
      ? [
          `axis ${changes.map(({ name }) => name).join(', ')} changes arrivals: with shared random streams all banks' payments differ between cells (random_streams: per_bank keeps those of the others)`,
        ]
      : []),
    ...(stop !== undefined && stop.min < 10
      ? [`stop.min ${stop.min}: intervals of fewer than 10 replications are too optimistic`]
      : []),
  ];
}
