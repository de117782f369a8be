import { HOSTILE_NAMES } from './acting.js';
import type { Leaf, OptionLike } from './command-tree.js';
import type { Chance } from './seed.js';

/** What is no value of anything; no argument of a process has a NUL, or half of a pair. */
const HOSTILE = [
  ...Object.values(HOSTILE_NAMES),
  ...['', ' ', '.', '..', '../..', '/', '-', '--', '---', '-x', '=', '%s%n', '*', '~', '$HOME', '`id`', ';', '|', "'", '\\'],
  ...['/dev/zero', '/dev/full', '/dev/null', '/proc/self/mem', '/proc/self/environ', 'pipe.yaml', 'zero.yaml', 'loop.yaml'],
  ...['link.yaml', 'link.duckdb', 'link.txt', 'link.svg', 'up', 'up/decoy.txt', '../../decoy.txt', 'empty.duckdb', 'dir.yaml'],
  ...['dir.duckdb', 's.yaml', 's.yaml/', 's.yaml/x', 'nothing.yaml', 'binary.yaml', 'deep.yaml', 'bad.yaml', ':memory:'],
  ...['1e308', '-0', '-1', 'NaN', 'Infinity', '0x10', '1_000', '9007199254740993', '18446744073709551616', '1.5', '٣', '1e-9'],
  ...['2024-02-30', '2024-01-01T00:00:00Z', "'; DROP TABLE simulations; --", 'a'.repeat(5000), '\ud800', 'x'.repeat(255)],
];

/** Numbers that mean work without end to whom they are given: what the user wants takes as long as it takes. */
const LABOUR = [
  '--samples',
  '--ticks',
  '--days',
  '--ticks-per-day',
  '--replications',
  '--seeds',
  '--workers',
  '--db-wait',
  '--points',
  '--trajectories',
];

/** Options that need another one, would do what is asked for with what must stay, start the program that they name, or never end. */
const NEVER = ['--force', '--help', '--version', '--external', '--watch'];

const FILES = ['s.yaml', 'pool.yaml', 'e.yaml', 'w.yaml', 'p.json', './s.yaml'];
const IDS = ['x', 'y', 'exp', 'sweep', 'x-tick-2', 'latest', 'nothing', 'new-1', 'new-2'];

/** Values that could be meant, by what an option or an argument says that it wants. */
function valid(chance: Chance, wanted: string, { argChoices }: Pick<OptionLike, 'argChoices'>): string {
  if (argChoices) return chance.pick(argChoices);
  switch (wanted) {
    case 'file':
    case 'files':
    case 'scenario':
      return chance.pick(FILES);
    case 'n':
    case 'tick':
    case 'seconds':
    case 'tokens':
      return String(chance.below(6));
    case 'step':
      return chance.pick(['0.5', '1']);
    case 'range':
      return chance.pick(['1..2', '..1', '2..', '0']);
    case 'path':
      return chance.pick(['simcash.duckdb', 'results/experiments.db', 'none.duckdb']);
    case 'directory':
      return chance.pick(['.', 'home', `out-${chance.below(1e6)}`]);
    case 'names':
      return chance.pick(['Arrival', 'EndOfDay,Arrival']);
    case 'path=value':
      return chance.pick(['simulation.num_days=2', 'agents.A.opening_balance=5', 'agents.0.unsecured_cap=1', 'x.y=1']);
    case 'agent=file':
      return chance.pick(['A=p.json', 'B=link.yaml', 'C=p.json']);
    case 'banks':
      return chance.pick(['each', 'largest:1', 'A', 'A,B']);
    case 'change':
      return chance.pick(['-50%', '-5', '0']);
    case 'rule':
      return chance.pick(['after:1', 'exposure:5']);
    case 'list':
    case 'seeds':
      return chance.pick(['1..3', '7', '1,3']);
    case 'key=value':
      return 'word=another';
    case 'tx':
    case 'payment':
      return 'T00000001';
    case 'url':
      return 'http://127.0.0.1:1/v1';
    case 'provider:model':
      return chance.pick(['openai:gpt', 'openai-compatible:x', 'anthropic:y', 'none:z']);
    case 'agent':
      return chance.pick(['A', 'B']);
    default:
      return chance.pick([...IDS, 'A', 'T00000001']);
  }
}

const hostile = (chance: Chance, flag = ''): string => {
  const value = chance.pick(HOSTILE);
  const mixed = chance.happens(0.2) ? `${chance.pick(['A', 'x', '0..', 'a.b'])}=${value}` : value;
  const safe = LABOUR.includes(flag) && /^\d{2,}|x10/.test(mixed) ? '-1' : mixed;
  // The process would get no other text.
  return (safe as string & { toWellFormed(): string }).toWellFormed().replaceAll('\0', '');
};

/** A command line of the tree: mostly such that it gets beyond the parser, with something wrong in every other one. */
export function commandLine(chance: Chance, tree: readonly Leaf[]): string[] {
  const { command, words } = chance.pick(tree);
  const isMean = chance.happens(0.6);
  const value = (wanted: string, option: Pick<OptionLike, 'argChoices' | 'long'> = {}): string =>
    isMean && chance.happens(0.35) ? hostile(chance, option.long) : valid(chance, wanted, option);
  const args = command.registeredArguments.flatMap((argument) => {
    if (!argument.required && chance.happens(0.5)) return [];
    return Array.from({ length: argument.variadic ? 1 + chance.below(3) : 1 }, () => value(argument.name()));
  });
  const usable = command.options.filter(({ long }) => !NEVER.includes(long!));
  const options = Array.from({ length: chance.below(5) }, () => chance.pick(usable)).flatMap((option) => {
    if (!option.required) return [option.long!];
    const given = value(/<([^>]+)>/.exec(option.flags)![1]!, option);
    return chance.happens(0.5) ? [option.long!, given] : [`${option.long!}=${given}`];
  });
  const line = [...words, ...args, ...options];
  if (isMean && chance.happens(0.15)) line.splice(chance.below(line.length + 1), 0, hostile(chance));
  if (isMean && chance.happens(0.05)) line.splice(chance.below(line.length), 1);
  if (isMean && chance.happens(0.05)) line.push(`--${hostile(chance)}`);
  return [...line, ...limits(words)];
}

/** Runs may be asked for any number of ticks: the user limits their time. */
function limits([first, second]: readonly string[]): string[] {
  if (first === 'explore') return ['--time-limit', '0.1'];
  if (first === 'run') return ['--time-limit', '0.3'];
  return first === 'experiment' && second === 'run' ? ['--time-limit', '2'] : [];
}
