import { Command } from 'commander';
import {
  compareSimulations,
  findSimulation,
  pairPayments,
  type Comparison,
  type PairedPayments,
  type SimCashDatabase,
} from '@simcash/persistence';
import { money, visible } from '@simcash/protocol';
import { partingOf } from '@simcash/runs';
import { withDatabase } from '../database.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { json, print, say } from '../output/streams.js';
import { table } from '../output/table.js';

interface Divergence {
  event_seq: number;
  tick: number;
  first: string | null;
  second: string | null;
}

export function diffCommand(): Command {
  return withGlobalOptions(new Command('diff'))
    .argument('<a>', 'simulation id')
    .argument('<b>', 'simulation id')
    .addHelpText(
      'after',
      '\nExample:\n  simcash diff before after\n\nFor indicators of two and more runs, by bank and payment: simcash compare.',
    )
    .action((a: string, b: string, options: GlobalOptions) =>
      withDatabase(options, true, (database) => diff(database, a, b, options)),
    );
}

async function diff(database: SimCashDatabase, a: string, b: string, options: GlobalOptions): Promise<void> {
  const runs = [await findSimulation(database, a), await findSimulation(database, b)] as const;
  // Of a run without its events there is the hash of its log.
  const hasLogs = runs.every(({ persistence_level: level }) => level !== 'SUMMARY');
  const isSame = runs[0].event_log_hash !== null && runs[0].event_log_hash === runs[1].event_log_hash;
  const parting = hasLogs ? await partingOf({ database, id: a }, { database, id: b }) : null;
  const divergence: Divergence | null = parting && {
    event_seq: parting.event_seq,
    tick: parting.tick,
    first: parting.baseline,
    second: parting.other,
  };
  const comparison = await compareSimulations(database, a, b);
  const payments = await pairPayments(database, a, b);
  if (options.json) {
    print(
      json({ identical_events: hasLogs ? divergence === null : isSame, first_difference: divergence, ...comparison, payments }),
    );
    return;
  }
  if (divergence !== null) say(divergenceText(divergence, a, b));
  else if (hasLogs || isSame) say('The event logs are identical.\n');
  else say('The event logs differ; where is not known, as the events of one are not stored (level SUMMARY).\n');
  say(`\n${table(['', a, b, 'Difference'], figureRows(comparison))}\n\n${pairedText(payments, a, b)}`);
}

const percent = (x: number): string => `${(x * 100).toFixed(2)}%`;
const ticks = (x: number): string => x.toFixed(2);

const FIGURES: readonly [title: string, name: keyof Comparison['delta'], write: (value: number) => string][] = [
  ['Payments', 'total_arrivals', String],
  ['Settled', 'total_settlements', String],
  ['Settlement rate', 'settlement_rate', percent],
  ['Settled value', 'total_settled_value', money],
  ['Mean delay, ticks', 'avg_delay_ticks', ticks],
  ['Unsettled', 'unsettled_count', String],
  ['Unsettled value', 'unsettled_value', money],
  ['Dropped', 'total_dropped', String],
  ['Dropped value', 'total_dropped_value', money],
  ['Found overdue', 'total_overdue', String],
  ['Total cost', 'total_cost', money],
];

function figureRows({ delta, sim1, sim2 }: Comparison): string[][] {
  return FIGURES.map(([title, name, write]) => [title, write(sim1[name]), write(sim2[name]), write(delta[name])]);
}

/** What became of the payments that both runs have. */
function pairedText(payments: PairedPayments, a: string, b: string): string {
  const { earlier, first_unpaired, later, only_first, only_second, paired, same_tick } = payments;
  const { settled_only_first, settled_only_second, unsettled_in_both } = payments;
  const all = Math.max(paired + only_first, paired + only_second);
  const unpaired =
    first_unpaired === null
      ? ''
      : `; from payment ${first_unpaired} on they differ: ${only_first} and ${only_second} have no counterpart`;
  return [
    `${paired} of ${all} payments are the same in both${unpaired}.`,
    `In ${visible(b)} ${earlier} of them settled earlier, ${same_tick} at the same tick, ${later} later,`,
    `${settled_only_first} settled only in ${visible(a)}, ${settled_only_second} only in ${visible(b)}, ${unsettled_in_both} in neither.`,
    '',
  ].join('\n');
}

function divergenceText({ event_seq, first, second, tick }: Divergence, a: string, b: string): string {
  const line = (id: string, text: string | null): string => `  ${visible(id)}: ${visible(text ?? '(the log ends here)')}`;
  return [`The logs are the same up to event ${event_seq} (tick ${tick}), where`, line(a, first), line(b, second), ''].join('\n');
}
