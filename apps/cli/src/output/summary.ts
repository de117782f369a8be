import { COST_COMPONENTS, counted, money, percent } from '@simcash/protocol';
import type { BankFigures, RunFigures } from '@simcash/runs';
import { table } from './table.js';

/** A run as it is told: its figures, and how and where it was run. */
export interface RunReport extends RunFigures {
  config_file: string;
  seed: bigint;
  duration_seconds: number;
  simulation_id?: string;
  database?: string;
  /** Hash of the scenario as it was run. */
  config_hash: string;
  /** Microseconds per part of the ticks, when they were measured. */
  timings?: Readonly<Record<string, number>>;
}

/** The document that `run --json` prints (spec 10 §3.3, §13.4): everything that the text says. */
export function resultDocument(report: RunReport): { simulation: object } & Record<string, unknown> {
  const { agents, duration_seconds: seconds, ticks_executed: ticks } = report;
  const rate = seconds > 0 ? Number((ticks / seconds).toFixed(2)) : 0;
  const { total_arrivals, total_lsm_releases, total_settlements } = report;
  return {
    schema_version: 1,
    simulation: {
      config_file: report.config_file,
      seed: report.seed,
      ticks_executed: ticks,
      duration_seconds: Number(seconds.toFixed(3)),
      ticks_per_second: rate,
      ...(report.simulation_id === undefined ? {} : { simulation_id: report.simulation_id, database: report.database }),
      total_ticks: report.total_ticks,
      completed: ticks === report.total_ticks,
    },
    metrics: {
      total_arrivals,
      total_arrived_value: report.total_arrived_value,
      total_settlements,
      total_settled_value: report.total_settled_value,
      total_lsm_releases,
      settlement_rate: total_arrivals === 0 ? 0 : total_settlements / total_arrivals,
      lsm_settled_transactions: total_lsm_releases,
      lsm_operations: report.lsm_operations,
      avg_delay_ticks: report.avg_delay_ticks,
      overdue: report.overdue,
      dropped: report.dropped,
      dropped_value: report.dropped_value,
      ...(report.cancelled === undefined ? {} : { cancelled: report.cancelled, cancelled_value: report.cancelled_value }),
      unsettled: report.unsettled,
      unsettled_value: report.unsettled_value,
    },
    agents,
    costs: { total_cost: report.total_cost },
    performance: { ticks_per_second: rate, ...(report.timings ? { timings: report.timings } : {}) },
    scenario: { sha256: report.config_hash },
  };
}

/** Tables with more banks than this show the most expensive ones. */
const MOST_BANKS = 25;

const COST_TITLES: Readonly<Record<(typeof COST_COMPONENTS)[number], string>> = {
  liquidity_cost: 'Overdraft',
  delay_cost: 'Delay',
  collateral_cost: 'Collateral',
  penalty_cost: 'Penalties',
  split_friction_cost: 'Splits',
  liquidity_opportunity_cost: 'Liquidity',
};

/** The summary for people; amounts are units of 100 cents. */
export function summaryText(report: RunReport): string {
  const { agents, ticks_executed: ticks, total_arrivals: arrivals, total_settlements: settled, total_ticks: total } = report;
  const shown =
    agents.length <= MOST_BANKS
      ? agents
      : [...agents].sort((a, b) => b.costs.total_cost - a.costs.total_cost).slice(0, MOST_BANKS);
  const omitted = agents.length - shown.length;
  const stopped = ticks === total ? '' : ' (stopped early)';
  return [
    `${report.config_file}, seed ${report.seed}: ${ticks} of ${total} ticks${stopped} in ${report.duration_seconds.toFixed(2)} s`,
    '',
    ...labelled([
      ['Arrived', arrivals, report.total_arrived_value, ''],
      [
        'Settled',
        settled,
        report.total_settled_value,
        `${percent(settled, arrivals)}, mean delay ${report.avg_delay_ticks.toFixed(1)} ticks`,
      ],
      ['Unsettled', report.unsettled, report.unsettled_value, `${report.overdue} found overdue in all`],
      ['Dropped', report.dropped, report.dropped_value, ''],
      ...(report.cancelled === undefined
        ? []
        : [['Cancelled', report.cancelled, report.cancelled_value ?? 0, 'at ends of days'] as const]),
    ]),
    `LSM        ${counted(report.total_lsm_releases, 'payment')} settled in ${counted(report.lsm_operations, 'offset')} of pairs and cycles`,
    `Costs      ${money(report.total_cost)} in all`,
    '',
    bankTable(shown),
    '',
    costTable(shown),
    ...(omitted > 0 ? [`… and ${counted(omitted, 'bank')} with lower costs`] : []),
    '',
  ].join('\n');
}

/** `Arrived    4,808 payments, 1,875.32`: numbers and values of payments under each other. */
function labelled(lines: readonly (readonly [title: string, count: number, value: number, remark: string])[]): string[] {
  const numbers = lines.map(([, count]) => String(count));
  const values = lines.map(([, , value]) => money(value));
  const [width, valueWidth] = [numbers, values].map((texts) => Math.max(...texts.map((text) => text.length)));
  return lines.map(
    ([title, , , remark], i) =>
      `${title.padEnd(10)} ${numbers[i]!.padStart(width!)}  ${values[i]!.padStart(valueWidth!)}${remark === '' ? '' : `   ${remark}`}`,
  );
}

function bankTable(agents: readonly BankFigures[]): string {
  const rows = agents.map(({ dropped, final_balance, id, min_balance, queue1_size, queue2_size }) => [
    id,
    money(final_balance),
    money(min_balance),
    queue1_size + queue2_size,
    dropped,
  ]);
  return table(['Bank', 'Balance', 'Lowest', 'Unsettled', 'Dropped'], rows);
}

/** Costs by bank; kinds that nobody paid are left out. */
function costTable(agents: readonly BankFigures[]): string {
  const kinds = COST_COMPONENTS.filter((kind) => agents.some(({ costs }) => costs[kind] !== 0));
  const rows = agents.map(({ costs, id }) => [id, ...kinds.map((kind) => money(costs[kind])), money(costs.total_cost)]);
  return table(['Costs', ...kinds.map((kind) => COST_TITLES[kind]), 'Total'], rows);
}
