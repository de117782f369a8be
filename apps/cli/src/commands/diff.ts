import { Command } from 'commander';
import { compareSimulations, eventLines, findSimulation, type SimCashDatabase } from '@simcash/persistence';
import { money } from '@simcash/replay';
import { withDatabase } from '../database.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { json, print } from '../output/streams.js';
import { table } from '../output/table.js';

interface Divergence {
  event_seq: number;
  tick: number;
  first: string | null;
  second: string | null;
}

export function diffCommand(): Command {
  return withGlobalOptions(new Command('diff'))
    .description('compare two stored simulations: where their event logs part, and what came of it')
    .argument('<a>', 'simulation id')
    .argument('<b>', 'simulation id')
    .addHelpText('after', '\nExample:\n  simcash diff before after')
    .action((a: string, b: string, options: GlobalOptions) =>
      withDatabase(options, true, (database) => diff(database, a, b, options)),
    );
}

async function diff(database: SimCashDatabase, a: string, b: string, options: GlobalOptions): Promise<void> {
  await findSimulation(database, a);
  await findSimulation(database, b);
  const divergence = await firstDivergence(database, a, b);
  const { delta, sim1, sim2 } = await compareSimulations(database, a, b);
  if (options.json) {
    print(json({ identical_events: divergence === null, first_difference: divergence, sim1, sim2, delta }));
    return;
  }
  print(divergence === null ? 'The event logs are identical.\n' : divergenceText(divergence, a, b));
  const percent = (x: number): string => `${(x * 100).toFixed(2)}%`;
  const rows = [
    ['Payments', sim1.total_arrivals, sim2.total_arrivals, sim2.total_arrivals - sim1.total_arrivals],
    ['Settled', sim1.total_settlements, sim2.total_settlements, sim2.total_settlements - sim1.total_settlements],
    ['Settlement rate', percent(sim1.settlement_rate), percent(sim2.settlement_rate), percent(delta.settlement_rate)],
    ['Total cost', money(sim1.total_cost), money(sim2.total_cost), money(delta.total_cost)],
  ];
  print(`\n${table(['', a, b, 'Difference'], rows)}\n`);
}

/** The first position in which two logs differ; null if they are equal. */
async function firstDivergence(database: SimCashDatabase, a: string, b: string): Promise<Divergence | null> {
  const lines = [linesOf(database, a), linesOf(database, b)] as const;
  for (let event_seq = 0; ; event_seq++) {
    const [x, y] = [await lines[0].next(), await lines[1].next()];
    if (x.done && y.done) return null;
    const first = x.done ? null : x.value;
    const second = y.done ? null : y.value;
    if (first === second) continue;
    const { tick } = JSON.parse((first ?? second)!) as { tick: number };
    return { event_seq, tick, first, second };
  }
}

async function* linesOf(database: SimCashDatabase, id: string): AsyncGenerator<string> {
  for await (const lines of eventLines(database, id)) yield* lines.trimEnd().split('\n');
}

function divergenceText({ event_seq, first, second, tick }: Divergence, a: string, b: string): string {
  const line = (id: string, text: string | null): string => `  ${id}: ${text ?? '(the log ends here)'}`;
  return [`The logs are the same up to event ${event_seq} (tick ${tick}), where`, line(a, first), line(b, second), ''].join('\n');
}
