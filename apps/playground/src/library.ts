import { EXAMPLES } from 'simcash:examples';
import type { Shared } from './share.js';

/** An example, with what it asks and what to change. */
export interface Example {
  readonly name: string;
  readonly about: string;
  readonly question: string;
  readonly attempt: string;
}

/** What one can begin with (spec 16 §10). */
export const LIBRARY: readonly Example[] = [
  {
    name: 'demo',
    about: 'One busy day of ten unequal banks, with a morning peak and margin calls at noon.',
    question: 'Which bank is longest at its limit, and whom does it keep waiting?',
    attempt: 'Give OSTERVALE an unsecured_cap of 3_000_000, run again and compare.',
  },
  {
    name: 'gridlock',
    about: 'A ring of four payments that nobody can begin, and a pair that offsets.',
    question: 'Why does nothing settle payment by payment, and everything together?',
    attempt: 'Set enable_cycles to false: the ring never settles.',
  },
  {
    name: 'two-banks',
    about: 'The smallest readable example: five payments given one by one.',
    question: 'What does a missed deadline cost?',
    attempt: 'Raise the opening balance until nothing is late.',
  },
];

/** The files of an example. */
export function filesOf(name: string): Shared {
  const scenario = EXAMPLES[`scenarios/${name}.yaml`]!;
  const named = [...scenario.matchAll(/json_path:\s*\.\.\/(policies\/[\w.-]+\.json)/g)].map(([, path]) => path!);
  return { name, scenario, policies: Object.fromEntries(named.map((path) => [`../${path}`, EXAMPLES[path]!])) };
}
