import { pathText } from '@simcash/protocol';
import { readScenario, ScenarioError, Simulation } from '../../src/index.js';
import { PRESETS } from '../../src/scenario/settlement/presets.js';
import { fuzz, type Finding, type Random } from '../hostile/fuzz.js';
import { SCENARIO } from './support/plugins.js';

/** Blocks with something broken in them: refused with a path below `settlement`, or good enough to run. */

const JUNK: readonly unknown[] = [
  ...[null, undefined, true, false, 0, -1, 1, 2, 0.5, 1e15, 1e300, NaN, Infinity, -0, 10n],
  ...['', 'x', 'all', 'until_stable', 'unlimited', 'day', 'end_of_day', 'A', '__proto__', 'constructor'],
  ...[[], {}, [[]], [null], { type: 'retry' }, { every: 1 }, ['retry'], ['A', 'A'], { highly_urgent: 'strict' }],
];
const KEYS = [
  'preset',
  'entry',
  'queue',
  'limits',
  'reservations',
  'runs',
  'report',
  'when',
  'type',
  'ticks',
  '__proto__',
  'toString',
];

const RICH: object = {
  entry: { gross: { normal: false }, offset: 'head' },
  queue: { priority: 'internal', urgent_receivers: ['A'], discipline: 'strict' },
  reservations: [
    { class: 'urgent', fraction: 0.5, agents: ['A', 'B'] },
    { class: 'highly_urgent', amount: 3, mode: 'consumed' },
  ],
  runs: [
    {
      name: 'one',
      when: { ticks: [0, 1] },
      classes: ['normal'],
      repeat: 2,
      algorithms: ['retry', { type: 'rings', max_length: 5 }],
    },
    { when: { every: 2, offset: 1 }, algorithms: [{ type: 'receipt_reactive', window: 2 }, 'optimal', 'local_search'] },
  ],
};
const BLOCKS = [RICH, { preset: 't2' }, ...Object.values(PRESETS).map(({ block }) => block as object)];

/** Puts junk at a random place. */
function damage(block: object, random: Random): unknown {
  const copy = structuredClone(block) as Record<string, unknown>;
  let place: Record<string, unknown> = copy;
  for (;;) {
    const keys = Object.keys(place);
    const key = keys.length > 0 && random.chance(0.85) ? random.pick(keys) : random.pick(KEYS);
    const below = Object.hasOwn(place, key) ? place[key] : undefined;
    if (typeof below === 'object' && below !== null && random.chance(0.7)) {
      place = below as Record<string, unknown>;
      continue;
    }
    Object.defineProperty(place, key, { value: random.pick(JUNK), enumerable: true, writable: true, configurable: true });
    return copy;
  }
}

function check(random: Random): Finding | null {
  let block: unknown = random.pick(BLOCKS);
  for (let k = 1 + random.below(2); k > 0; k--) block = damage(block as object, random);
  const text = JSON.stringify(block, (_, x: unknown) => (typeof x === 'bigint' ? `${x}n` : x));
  const scenario = { ...SCENARIO, settlement: block };
  try {
    readScenario(scenario);
  } catch (error) {
    if (!(error instanceof ScenarioError)) {
      const { message, stack } = error as Error;
      return { key: message.includes('BigInt') ? 'number for a word' : 'no ScenarioError', message: `${text}: ${stack}` };
    }
    const astray = error.issues.find(({ path }) => path[0] !== 'settlement');
    if (astray) return { key: 'path', message: `${text}: ${pathText(astray.path)}` };
    return error.issues.some(({ message }) => message === '') ? { key: 'no text', message: text } : null;
  }
  const simulation = Simulation.create(scenario as never);
  simulation.run();
  const money = simulation.agents().reduce((sum, { balance }) => sum + balance, 0);
  return money === 0 ? null : { key: 'money', message: `${text}: ${money}` };
}

/** See known-defects.test.ts. */
const KNOWN: ReadonlySet<string> = new Set(['number for a word']);

fuzz('a damaged block is refused below settlement, or runs', 3000, KNOWN, check);
