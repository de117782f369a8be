import { pathText } from '@simcash/protocol';
import { ScenarioError, type ScenarioIssue } from '../issues.js';
import { isMapping, knownIds, withValueAt, type Mapping } from '../paths.js';
import { valueAt, without } from '../schema-issues.js';
import { REPLACED_BY_DESIGN } from './replaced.js';
import { checkSettlement } from './resolve.js';
import { settlementSchema, type SettlementBlock } from './schema.js';

/** Ticks of a day that runs may name: with a clock days differ, and what a day does not have is passed over. */
export const mostTicks = (clock: unknown, ticksPerDay: number): number => (clock === undefined ? ticksPerDay : Infinity);

/** Everything that is wrong with the meaning of the key `settlement`, the older keys beside it included. @throws ScenarioError */
export function checkSettlementBlock(block: unknown, agents: readonly string[], ticksPerDay: number, written: object): void {
  if (block === undefined) return;
  const issues = [...replacedKeys(written), ...checkSettlement(block as SettlementBlock, { agents, ticks_per_day: ticksPerDay })];
  if (issues.length > 0) throw new ScenarioError(issues);
}

const replacedKeys = (written: object): ScenarioIssue[] =>
  Object.entries(REPLACED_BY_DESIGN)
    .filter(([key]) => Object.hasOwn(written, key))
    .map(([key, instead]) => ({ path: [key], message: `is replaced by settlement: say ${instead} there` }));

/**
 * What is wrong with the form of a document, with what is wrong with the meaning of its settlement block, as far as that can be read
 * without what is wrong with its form: all errors of the block are told together (spec 12 §2.1).
 */
export function withSettlementIssues(input: unknown, found: readonly ScenarioIssue[]): ScenarioIssue[] {
  if (!isMapping(input) || !Object.hasOwn(input, 'settlement')) return [...found];
  const replaced = Object.hasOwn(input, 'agents') ? replacedKeys(input) : [];
  // That a key is not to be there says all about it.
  const others = found.filter(({ path }) => !replaced.some((issue) => issue.path[0] === path[0]));
  return [...replaced, ...others, ...furtherIssues(input, found)];
}

/** So many mistakes of form leave little to be read, and not all of what is found is shown. */
const MOST_BROKEN = 100;

function furtherIssues(input: Mapping, found: readonly ScenarioIssue[]): ScenarioIssue[] {
  const broken = found.flatMap(({ path }) => (path[0] === 'settlement' ? [path] : []));
  if (broken.length === 0 || broken.length > MOST_BROKEN) return [];
  const { agent_configs, agents, clock, simulation, ticks_per_day } = input;
  const banks = agents ?? agent_configs;
  if (!Array.isArray(banks)) return [];
  const ids = knownIds(banks);
  const block = settlementSchema.safeParse(
    broken.reduce((repaired, [, ...path]) => mended(repaired, path, ids[0]), input.settlement),
  );
  if (!block.success) return [];
  const ticks = mostTicks(clock, Number(ticks_per_day ?? valueAt(simulation, ['ticks_per_day']) ?? Infinity));
  const isBroken = (path: ScenarioIssue['path']): boolean => broken.some((other) => pathText(other).startsWith(pathText(path)));
  return checkSettlement(block.data as SettlementBlock, { agents: ids, ticks_per_day: ticks }).filter(
    ({ path }) => !isBroken(path),
  );
}

type Path = ScenarioIssue['path'];

/** A block with something in place of what is wrong, of which nothing can be said; elements of lists keep their places. */
function mended(block: unknown, path: Path, bank = ''): unknown {
  const [key, i, part, k, place] = path;
  const put = (length: number, value: unknown): unknown => withValueAt(block, path.slice(0, length) as never, value);
  if (key === 'reservations' && typeof i === 'number') return put(2, { class: 'urgent', amount: 0, agents: [] });
  if (key === 'queue' && i === 'urgent_receivers' && typeof part === 'number') return put(3, bank);
  if (key !== 'runs' || typeof i !== 'number') return without(block, [path]);
  if (part === undefined) return put(2, { algorithms: ['retry'] });
  if (part === 'algorithms') return typeof k === 'number' ? put(4, 'retry') : put(3, ['retry']);
  return part === 'when' && k === 'ticks' && typeof place === 'number' ? put(5, 0) : without(block, [path.slice(0, 3)]);
}
