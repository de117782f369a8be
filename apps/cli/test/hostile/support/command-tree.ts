import path from 'node:path';

/** What these tests look at in a command of the parser. */
export interface CommandLike {
  name(): string;
  commands: readonly CommandLike[];
  options: readonly OptionLike[];
  registeredArguments: readonly { name(): string; required: boolean; variadic: boolean }[];
}
export interface OptionLike {
  flags: string;
  long?: string;
  required: boolean;
  argChoices?: readonly string[];
}

/** A command that does something, with the words that lead to it. */
export interface Leaf {
  words: readonly string[];
  command: CommandLike;
}

/** Where the program's own definitions of its commands are. */
const FACTORIES: Readonly<Record<string, readonly [module: string, factory: string]>> = {
  bank: ['bank', 'bankCommand'],
  checkpoint: ['checkpoint', 'checkpointCommand'],
  compare: ['compare', 'compareCommand'],
  'compare-designs': ['compare-designs', 'compareDesignsCommand'],
  costs: ['list', 'costsCommand'],
  db: ['db', 'databaseCommand'],
  diff: ['diff', 'diffCommand'],
  env: ['env', 'envCommand'],
  events: ['replay', 'eventsCommand'],
  experiment: ['experiment', 'experimentCommand'],
  explain: ['explain', 'explainCommand'],
  explore: ['explore', 'exploreCommand'],
  externalities: ['externalities', 'externalitiesCommand'],
  indicators: ['indicators', 'indicatorsCommand'],
  init: ['init', 'initCommand'],
  list: ['list', 'listCommand'],
  pareto: ['pareto', 'paretoCommand'],
  payments: ['payments', 'paymentsCommand'],
  policy: ['policy', 'policyCommand'],
  queues: ['queues', 'queuesCommand'],
  replay: ['replay', 'replayCommand'],
  report: ['report', 'reportCommand'],
  run: ['run', 'runCommand'],
  designs: ['designs', 'designsCommand'],
  schema: ['schema', 'schemaCommand'],
  sensitivity: ['sensitivity', 'sensitivityCommand'],
  show: ['list', 'showCommand'],
  stress: ['stress', 'stressCommand'],
  sweep: ['sweep', 'sweepCommand'],
  validate: ['validate', 'validateCommand'],
  worker: ['worker', 'workerCommand'],
};

export const TOP_LEVEL = Object.keys(FACTORIES);

/** Every command of the built program. */
export async function commandTree(): Promise<Leaf[]> {
  const leaves: Leaf[] = [];
  for (const [module, factory] of Object.values(FACTORIES)) {
    const file = path.resolve(import.meta.dirname, '../../../dist/commands', `${module}.js`);
    const made = ((await import(/* @vite-ignore */ file)) as Record<string, () => CommandLike>)[factory]!();
    collect(made, [made.name()], leaves);
  }
  return leaves;
}

function collect(command: CommandLike, words: readonly string[], leaves: Leaf[]): void {
  if (command.commands.length === 0) leaves.push({ words, command });
  for (const sub of command.commands) collect(sub, [...words, sub.name()], leaves);
}
