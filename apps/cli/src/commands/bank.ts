import { Command } from 'commander';
import type { IndicatorSheet } from '@simcash/indicators';
import { counted, money, visible } from '@simcash/protocol';
import { openRun, readSheet, storedIndicators } from '@simcash/runs';
import { checkBank } from '../banks.js';
import { withDatabase } from '../database.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { rowsOf } from '../indicators/rows.js';
import { amount, number, percent } from '../indicators/sheet-text.js';
import { indicatorTable } from '../indicators/tables.js';
import { json, print, say } from '../output/streams.js';
import { table } from '../output/table.js';

export function bankCommand(): Command {
  return withGlobalOptions(new Command('bank'))
    .argument('<id>', 'simulation id')
    .argument('<bank>', 'bank')
    .addHelpText('after', '\nExample:\n  simcash bank demo NORTHMOOR')
    .action(bank);
}

async function bank(id: string, bankId: string, options: GlobalOptions): Promise<void> {
  const sheet = await withDatabase(options, true, async (database) => {
    const run = await openRun(database, id);
    checkBank(run.simulation.agent_ids, bankId);
    return readSheet(await storedIndicators(database, run));
  });
  if (options.json) return print(json(page(sheet, bankId)));
  say(pageText(sheet, bankId));
}

/** Everything that a sheet says of one bank. */
function page(sheet: IndicatorSheet, id: string): object {
  const { banks, bank_days, bcbs248, network, pairs } = sheet;
  const own = ({ bank: other }: { bank: string }): boolean => other === id;
  return {
    bank: id,
    run: banks.find(own),
    days: bank_days.filter(own),
    bcbs248: bcbs248.find(own),
    network: network.banks.find(own),
    pairs: pairs.filter(({ receiver, sender }) => sender === id || receiver === id),
  };
}

function pageText(sheet: IndicatorSheet, id: string): string {
  const row = sheet.banks.find(({ bank: other }) => other === id)!;
  const node = sheet.network.banks.find(({ bank: other }) => other === id)!;
  const costs = Object.entries(row.costs)
    .filter(([name, cents]) => name !== 'total' && cents !== 0)
    .map(([name, cents]) => `${name.replace(/_cost$/, '').replaceAll('_', ' ')} ${money(cents)}`);
  const lines: [string, string][] = [
    [
      'Payments',
      `${counted(row.payments_due, 'payment')} of ${amount(row.value_due)} due, ${row.payments_settled} settled; sent ${amount(row.value_sent)}, received ${amount(row.value_received)}`,
    ],
    [
      'Unsettled',
      `${amount(row.unsettled_value_end)}: own queue ${amount(row.unsettled_own_queue)}, central queue ${amount(row.unsettled_central_queue)}, dropped ${amount(row.unsettled_dropped)}`,
    ],
    [
      'Delay',
      `indicator ${number(row.delay_indicator, 4)}, mean by value ${number(row.avg_delay_value, 2)} ticks, on time ${percent(row.on_time_share_value)} of value`,
    ],
    [
      'Liquidity',
      `used ${amount(row.liquidity_used)}, turnover ${number(row.turnover_ratio, 2)}, share of the liquidity by share of the payments ${number(row.liquidity_provision, 3)}`,
    ],
    [
      'Timing',
      `sends at tick ${number(row.sent_tick_mean, 1)} of the day, receives at ${number(row.received_tick_mean, 1)}, means by value`,
    ],
    [
      'Funding',
      `incoming ${amount(row.funding_incoming)}, balance ${amount(row.funding_balance)}, credit ${amount(row.funding_credit)}`,
    ],
    ['Costs', costs.length === 0 ? 'none' : `${amount(row.costs.total)}: ${costs.join(', ')}`],
    [
      'Network',
      `pays ${counted(node.out_degree, 'bank')}, is paid by ${node.in_degree}; PageRank ${node.pagerank.toFixed(4)}, SinkRank ${number(node.sinkrank, 4)}`,
    ],
  ];
  const text = lines.map(([name, line]) => `${name.padEnd(12)}${line}`).join('\n');
  const days = indicatorTable('bank,day', rowsOf(sheet, 'bank,day', { bank: id }), sheet, false);
  return `${visible(id)}\n\n${text}\n\n${days}\n${counterparties(sheet, id)}\n`;
}

/** What flowed between the bank and each other one, the largest first. */
function counterparties({ pairs }: IndicatorSheet, id: string): string {
  const byOther = new Map<string, { sent: number; received: number }>();
  for (const { receiver, sender, value_settled } of pairs) {
    if (sender !== id && receiver !== id) continue;
    const other = sender === id ? receiver : sender;
    const flows = byOther.get(other) ?? { sent: 0, received: 0 };
    if (sender === id) flows.sent += value_settled;
    else flows.received += value_settled;
    byOther.set(other, flows);
  }
  return table(
    ['Counterparty', 'Sent', 'Received', 'Net'],
    [...byOther]
      .sort(([, a], [, b]) => b.sent + b.received - (a.sent + a.received))
      .map(([other, { received, sent }]) => [other, money(sent), money(received), money(received - sent)]),
  );
}
