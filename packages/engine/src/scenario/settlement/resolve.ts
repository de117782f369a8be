import { nearest } from '@simcash/protocol';
import type { ScenarioIssue } from '../issues.js';
import { CLASSES, type ClassName, type ReservationConfig, type SettlementConfig } from './config.js';
import { PRESETS } from './presets.js';
import { settlementSchema, type SettlementBlock } from './schema.js';

/** What the block refers to. */
export interface SettlementContext {
  agents: readonly string[];
  ticks_per_day: number;
}

/** The block with its preset expanded and every default written out (spec 12 §2.6). What it says must be checked before. */
export function resolveSettlement(given: SettlementBlock): SettlementConfig {
  const preset = given.preset === undefined ? {} : presetBlock(given.preset);
  const block = { ...preset, ...defined(given) };
  const entry = { ...preset.entry, ...defined(given.entry ?? {}) };
  const queue = { ...preset.queue, ...defined(given.queue ?? {}) };
  return {
    entry: { gross: withDefault(entry.gross, true), offset: entry.offset ?? 'none' },
    queue: {
      priority: queue.priority ?? 'none',
      urgent_receivers: queue.urgent_receivers ?? [],
      discipline: withDefault(queue.discipline, 'bypass'),
    },
    limits: block.limits ?? 'gross',
    reservations: (block.reservations ?? []).map(definedReservation),
    runs: (block.runs ?? []).map((run, i) => ({ ...run, name: run.name ?? `run${i + 1}` })),
    report: block.report ?? 'changes',
  };
}

/** The block of a preset with every default written out. */
export function presetDesign(name: string): SettlementConfig {
  return resolveSettlement({ preset: name } as SettlementBlock);
}

/** Everything that is wrong with a block beyond its form; paths begin with `settlement`. */
export function checkSettlement(given: SettlementBlock, context: SettlementContext): ScenarioIssue[] {
  const at = (...path: (string | number)[]): ScenarioIssue['path'] => ['settlement', ...path];
  const isUnknown = given.preset !== undefined && !Object.hasOwn(PRESETS, given.preset);
  const config = resolveSettlement(isUnknown ? { ...given, preset: undefined } : given);
  return [
    ...(isUnknown ? [{ path: at('preset'), message: unknownPreset(given.preset!) }] : []),
    ...(given.preset === undefined && given.runs === undefined
      ? [{ path: at('runs'), message: 'is required: name runs, or a preset' }]
      : []),
    ...config.queue.urgent_receivers.flatMap((id, i) => unknownAgent(id, context, at('queue', 'urgent_receivers', i))),
    ...checkReservations(config, context),
    ...checkRuns(config, context),
  ];
}

function unknownPreset(name: string): string {
  const names = Object.keys(PRESETS);
  const suggestion = nearest(name, names);
  const hint = suggestion === undefined ? `presets are ${names.join(', ')}` : `did you mean '${suggestion}'?`;
  return `unknown preset '${name}' (${hint})`;
}

function checkReservations({ reservations }: SettlementConfig, context: SettlementContext): ScenarioIssue[] {
  const issues: ScenarioIssue[] = [];
  const seen = new Map<string, number>();
  reservations.forEach((reservation, i) => {
    const path = ['settlement', 'reservations', i];
    const ids = reservation.agents === 'all' ? context.agents : reservation.agents;
    if (reservation.agents !== 'all')
      reservation.agents.forEach((id, k) => issues.push(...unknownAgent(id, context, [...path, 'agents', k])));
    for (const id of ids) {
      const other = seen.get(`${reservation.class} ${id}`);
      if (other === undefined) {
        seen.set(`${reservation.class} ${id}`, i);
        continue;
      }
      const message = `bank ${id} has a reservation for ${reservation.class} payments already, reservations[${other}]: at most one per bank and class`;
      issues.push({ path, message });
      break;
    }
  });
  return issues;
}

function checkRuns({ limits, reservations, runs }: SettlementConfig, { ticks_per_day }: SettlementContext): ScenarioIssue[] {
  const issues: ScenarioIssue[] = [];
  const names = new Map<string, number>();
  runs.forEach((run, i) => {
    const path = ['settlement', 'runs', i];
    const other = names.get(run.name);
    if (other !== undefined)
      issues.push({ path: [...path, 'name'], message: `'${run.name}' is the name of runs[${other}] already` });
    else names.set(run.name, i);
    if (typeof run.when === 'object' && 'ticks' in run.when)
      run.when.ticks.forEach((tick, k) => {
        if (tick >= ticks_per_day)
          issues.push({ path: [...path, 'when', 'ticks', k], message: `must be less than ticks_per_day, ${ticks_per_day}` });
      });
    run.algorithms.forEach((algorithm, k) => {
      const legacy = (algorithm.type === 'bilateral' || algorithm.type === 'rings') && algorithm.legacy;
      const why = limits === 'net' ? 'limits: net' : reservations.length > 0 ? 'reservations' : null;
      if (legacy && why !== null)
        issues.push({
          path: [...path, 'algorithms', k, 'legacy'],
          message: `legacy rules know nothing of ${why}: leave legacy out`,
        });
    });
  });
  return issues;
}

function unknownAgent(id: string, { agents }: SettlementContext, path: ScenarioIssue['path']): ScenarioIssue[] {
  if (agents.includes(id)) return [];
  const suggestion = nearest(id, agents);
  return [{ path, message: `unknown bank '${id}'${suggestion === undefined ? '' : ` (did you mean '${suggestion}'?)`}` }];
}

/** A preset in the form in which users' blocks are checked. */
function presetBlock(name: string): SettlementBlock {
  return settlementSchema.parse(PRESETS[name]!.block) as SettlementBlock;
}

const withDefault = <T>(given: Partial<Record<ClassName, T | undefined>> | undefined, fallback: T): Record<ClassName, T> =>
  Object.fromEntries(CLASSES.map((name) => [name, given?.[name] ?? fallback])) as Record<ClassName, T>;

const defined = <T extends object>(block: T): Partial<T> =>
  Object.fromEntries(Object.entries(block).filter(([, value]) => value !== undefined)) as Partial<T>;

function definedReservation(reservation: ReservationConfig): ReservationConfig {
  return defined(reservation) as ReservationConfig;
}
