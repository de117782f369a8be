import { Command } from 'commander';
import type { CentralWait, LimitUse } from '@simcash/engine';
import type { SimCashDatabase } from '@simcash/persistence';
import { money } from '@simcash/protocol';
import { openRun, Reexecution } from '@simcash/runs';
import { withDatabase } from '../database.js';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { wholeNumberOption } from '../numbers.js';
import { json, print } from '../output/streams.js';
import { visible } from '../output/visible.js';

interface ExplainOptions extends GlobalOptions {
  tick?: number;
}

export function explainCommand(): Command {
  return withGlobalOptions(new Command('explain'))
    .description('say why a payment of a stored run waits in the central queue')
    .argument('<id>', 'simulation id')
    .argument('<tx>', 'payment, such as T00000042')
    .option('--tick <n>', 'at the end of this tick (default: of the last one in which it waited)', wholeNumberOption('--tick'))
    .addHelpText(
      'after',
      `
The stored scenario is executed again up to the tick: queues, balances and limits are those of the run.

Examples:
  simcash explain demo T00003190
  simcash explain demo T00003190 --tick 40 --json`,
    )
    .action(explain);
}

async function explain(id: string, tx: string, options: ExplainOptions): Promise<void> {
  const { run, tick } = await withDatabase(options, true, async (database) => {
    const opened = await openRun(database, id);
    const last = opened.simulation.last_tick ?? -1;
    if (options.tick !== undefined && options.tick > last)
      throw usageError(`--tick: tick ${options.tick} lies outside the run, its ticks are 0 to ${last}`);
    return { run: opened, tick: options.tick ?? (await lastWait(database, id, tx, last)) };
  });
  const simulation = new Reexecution(run, { write: () => undefined }).runTo(tick + 1);
  const wait = simulation.centralWait(tx);
  if (options.json) return print(json({ tick, wait }));
  print(wait === null ? `${visible(tx)} does not wait in the central queue at the end of tick ${tick}.\n` : text(wait, tick));
}

/** The last tick at whose end the payment stood in the central queue: the one before it settled, or the last of the run. */
async function lastWait(database: SimCashDatabase, id: string, tx: string, last: number): Promise<number> {
  const [payment] = await database.query<{ tick: number | null }>(
    'SELECT settlement_tick AS tick FROM transactions WHERE simulation_id = $1 AND tx_id = $2',
    [id, tx],
  );
  if (!payment) throw new CommandError(EXIT.notFound, `${id} has no stored payment ${visible(tx)}`);
  return payment.tick === null ? last : Math.max(payment.tick - 1, 0);
}

function text(wait: CentralWait, tick: number): string {
  const { amount, available, balance, bilateral_limit, causes, multilateral_limit, receiver_id, sender_id, tx_id } = wait;
  const lines = [
    `${tx_id}: ${sender_id} → ${receiver_id} ${money(amount)} waits in the central queue at the end of tick ${tick}, since tick ${wait.since_tick}.`,
    `  Place      ${wait.position + 1} of ${wait.queue_size}, ${wait.own_position + 1} among those of ${sender_id}${wait.rtgs_priority === null ? '' : `, RTGS priority ${wait.rtgs_priority}`}`,
    `  Liquidity  ${money(available)} available (balance ${money(balance)}), ${wait.shortfall > 0 ? `${money(wait.shortfall)} short` : 'enough'}`,
    ...limitLine(`to ${receiver_id}`, bilateral_limit),
    ...limitLine('in all', multilateral_limit),
    `  So         ${causes.length === 0 ? 'nothing is against it any more: it settles when the queue is looked through next' : `it lacks ${causes.map((cause) => MISSING[cause]).join(', and ')}`}`,
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

const MISSING: Readonly<Record<CentralWait['causes'][number], string>> = {
  liquidity: 'liquidity',
  bilateral_limit: 'room in the limit for its receiver',
  multilateral_limit: "room in its bank's limit for the day",
};

function limitLine(what: string, use: LimitUse | null): string[] {
  if (use === null) return [];
  const room = use.excess > 0 ? `${money(use.excess)} too much` : 'enough';
  return [`  Limit      ${money(use.limit)} ${what}, ${money(use.used)} used today, ${room}`];
}
