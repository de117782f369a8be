import { Command } from 'commander';
import { counted, tickText, visible, visibleDeep, type DisplayContext } from '@simcash/protocol';
import { explainPayment, lastWait, openRun, reasonAt, type ExplainedPayment, type WaitingReason } from '@simcash/runs';
import { withDatabase } from '../database.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { traceText } from '../explain/trace-text.js';
import { waitLines } from '../explain/wait-text.js';
import { algorithmsOf, checkStoredTick, type ReexecuteOptions } from '../explain/reexecute.js';
import { repeatable } from '../filter-options.js';
import { withGlobalOptions } from '../global-options.js';
import { momentOption, type Moment } from '../moment-option.js';
import { withTicks } from '../moments.js';
import { json, print, say } from '../output/streams.js';

interface ExplainOptions extends ReexecuteOptions {
  tick?: Moment;
}

export function explainCommand(): Command {
  return withGlobalOptions(new Command('explain'))
    .argument('<id>', 'simulation id')
    .argument('<tx>', 'payment, such as T00000042, or its reference')
    .option(
      '--tick <n>',
      'why it waited at the end of this tick (default: of the last one in which it did)',
      momentOption('--tick'),
    )
    .option('--plugin <file>', 'a settlement algorithm of yours that the run had (repeatable)', repeatable)
    .addHelpText(
      'after',
      `
The stored scenario is executed again up to the tick: queues, balances, limits and decisions are those of the run.

Examples:
  simcash explain demo T00003190
  simcash explain demo T00003190 --tick 40 --json`,
    )
    .action(explain);
}

async function explain(id: string, name: string, given: ExplainOptions): Promise<void> {
  const { algorithms, options, payment, run } = await withDatabase(given, true, async (database) => {
    const opened = await openRun(database, id);
    const timed = withTicks(given, { tick: '--tick' }, opened);
    checkStoredTick(opened, timed.tick);
    const loaded = await algorithmsOf(opened, timed);
    const found = await explainPayment(database, opened, name, loaded);
    if (found === null) throw new CommandError(EXIT.notFound, `${id} has no stored payment ${visible(name)}`);
    return { run: opened, options: timed, payment: found, algorithms: loaded };
  });
  const { life, tx_id: tx } = payment;
  const tick = options.tick ?? lastWait(payment, run.simulation.last_tick ?? -1);
  const reason = tick === null ? null : reasonAt(run, tx, tick, algorithms);
  if (options.json) return print(json({ tx_id: tx, life, tick, wait: reason?.wait ?? null, decision: reason?.decision ?? null }));
  const lines = options.tick === undefined ? lifeLines(payment, run.views.context) : [];
  say(`${[...lines, ...(reason === null ? [] : reasonLines(reason, tx, run.views.context))].map(visible).join('\n')}\n`);
  if (reason?.decision != null) say(`\n${traceText(visibleDeep(reason.decision))}`);
}

function lifeLines({ life, queue1_ticks, queue2_ticks, status, tx_id }: ExplainedPayment, context: DisplayContext): string[] {
  const width = Math.max(...life.map(({ tick }) => tickText(context, tick).length), 0);
  const waited = [
    ...(queue1_ticks > 0 ? [`${counted(queue1_ticks, 'tick')} in its bank’s queue`] : []),
    ...(queue2_ticks > 0 ? [`${counted(queue2_ticks, 'tick')} in the central queue`] : []),
  ];
  return [
    `${tx_id}, ${status}${waited.length === 0 ? '' : `; it waited ${waited.join(' and ')}`}`,
    ...life.map(({ text, tick }) => `  tick ${tickText(context, tick).padStart(width)}  ${text}`),
    ...(waited.length === 0 ? [] : ['']),
  ];
}

function reasonLines({ decision, place, tick, wait }: WaitingReason, tx: string, context: DisplayContext): string[] {
  const at = tickText(context, tick);
  if (wait !== null) return waitLines(wait, at);
  if (place === 'nowhere') return [`${tx} does not wait in a queue at the end of tick ${at}.`];
  const why = decision === null ? 'no policy decided about it in this tick' : 'the decision of this tick:';
  return [`${tx} waits in its bank’s own queue at the end of tick ${at}; ${why}`];
}
