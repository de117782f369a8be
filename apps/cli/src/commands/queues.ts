import { Command } from 'commander';
import { money, tickText, type DisplayContext } from '@simcash/protocol';
import { openRun, queuesOf, type QueuedPayment, type QueuesNow } from '@simcash/runs';
import { checkBank } from '../banks.js';
import { withDatabase } from '../database.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { checkStoredTick, simulationBefore, type ReexecuteOptions } from '../explain/reexecute.js';
import { repeatable } from '../filter-options.js';
import { withGlobalOptions } from '../global-options.js';
import { momentOption, type Moment } from '../moment-option.js';
import { withTicks } from '../moments.js';
import { json, print, say } from '../output/streams.js';
import { table } from '../output/table.js';

interface QueuesOptions extends ReexecuteOptions {
  tick?: Moment;
  bank?: string;
}

type Queues = QueuesNow & { tick: number };

export function queuesCommand(): Command {
  return withGlobalOptions(new Command('queues'))
    .argument('<id>', 'simulation id')
    .option('--tick <n>', 'at the end of this tick (default: of the last one)', momentOption('--tick'))
    .option('--bank <id>', 'only payments of this bank')
    .option('--plugin <file>', 'a settlement algorithm of yours that the run had (repeatable)', repeatable)
    .addHelpText(
      'after',
      `
The stored scenario is executed again up to the tick, so this works whatever was stored.

Examples:
  simcash queues demo --tick 40
  simcash queues demo --tick 40 --bank NORTH --json`,
    )
    .action(queues);
}

async function queues(id: string, given: QueuesOptions): Promise<void> {
  const run = await withDatabase(given, true, (database) => openRun(database, id));
  const options = withTicks(given, { tick: '--tick' }, run);
  checkStoredTick(run, options.tick);
  const { bank } = options;
  checkBank(run.simulation.agent_ids, bank);
  const tick = options.tick ?? run.simulation.last_tick;
  if (tick === null)
    throw new CommandError(EXIT.notFound, `${id} has no tick at whose end anything waited: it ended in its first one`);
  const found = { tick, ...queuesOf(await simulationBefore(run, tick + 1, options), bank) };
  if (options.json) return print(json(found));
  say(queuesText(found, run.views.context));
}

function queuesText({ central_queue, own_queues, tick }: Queues, context: DisplayContext): string {
  const value = (payments: readonly QueuedPayment[]): string => money(payments.reduce((sum, { amount }) => sum + amount, 0));
  const overview = table(
    ['Bank', 'Own queue', 'Value', 'In the central queue', 'Value'],
    own_queues.map(({ bank, payments }) => {
      const central = central_queue.filter(({ sender_id }) => sender_id === bank);
      return [bank, payments.length, value(payments), central.length, value(central)];
    }),
  );
  const list = (title: string, payments: readonly QueuedPayment[]): string[] =>
    payments.length === 0
      ? []
      : [
          `${title}\n${table(
            ['Place', 'Payment', 'Sender', 'Receiver', 'Amount', 'Priority', 'Arrived', 'Deadline'],
            payments.map((one, i) => [
              i + 1,
              one.tx_id,
              one.sender_id,
              one.receiver_id,
              money(one.amount),
              one.priority,
              tickText(context, one.arrival_tick),
              one.deadline_tick < tick ? `${tickText(context, one.deadline_tick)}, late` : tickText(context, one.deadline_tick),
            ]),
          )}`,
        ];
  const own = own_queues.flatMap(({ payments }) => payments);
  return `End of tick ${tickText(context, tick)}\n\n${[overview, ...list('Own queues', own), ...list('Central queue', central_queue)].join('\n\n')}\n`;
}
