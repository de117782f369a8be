import { csv, money, visible } from '@simcash/protocol';
import { MEASURES, type ComparedDesign, type DesignComparison, type Measure } from '@simcash/runs/live';
import { table } from '../output/table.js';

type Show = (value: number | null) => string;

const whole: Show = (value) => (value === null ? '–' : Math.round(value).toLocaleString('en-US'));
const amount: Show = (value) => (value === null ? '–' : money(Math.round(value)));
const share: Show = (value) => (value === null ? '–' : `${(value * 100).toFixed(2)} %`);
const digits =
  (n: number): Show =>
  (value) =>
    value === null ? '–' : value.toFixed(n);

const COLUMNS: Readonly<Record<Measure, readonly [title: string, show: Show]>> = {
  payments_settled: ['Settled', whole],
  settlement_rate_count: ['Of number', share],
  value_settled: ['Value settled', amount],
  settlement_rate_value: ['Of value', share],
  share_of_bound: ['Of bound', share],
  delay_indicator: ['Delay', digits(4)],
  avg_delay_count: ['Mean delay', digits(2)],
  delay_p95: ['95 %', digits(1)],
  liquidity_used: ['Used', amount],
  liquidity_used_event: ['Inside ticks', amount],
  liquidity_share: ['Of available', share],
  turnover_ratio: ['Turnover', digits(2)],
  unsettled_payments_end: ['Unsettled', whole],
  unsettled_value_end: ['Unsettled value', amount],
  missed_unsettled: ['Missed', whole],
  total_cost: ['Cost', amount],
};

/** Banks that are shown of each design. */
const MOST_BANKS = 5;

/** One table of the designs, then what each changes for payments and banks (spec 12 §10). */
export function comparisonText(comparison: DesignComparison): string {
  const { baseline, designs, notes, seeds } = comparison;
  const others = designs.filter(({ design }) => design !== baseline);
  // Payments and banks are those of one run.
  const against = seeds.length === 1 ? baseline : `${baseline}, seed ${seeds[0]}`;
  const parts = [
    seeds.length === 1 ? `seed ${seeds[0]}` : `means of ${seeds.length} seeds`,
    designTable(designs),
    contributions(designs),
    ...(seeds.length > 1 ? [differences(others, baseline)] : []),
    pairedTable(others, against),
    bankTable(others, against),
    ...notes.map((text) => `note: ${text}`),
    ...cutOffs(designs),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function designTable(designs: readonly ComparedDesign[]): string {
  const shown = MEASURES.filter((measure) => designs.some(({ mean }) => mean[measure].mean !== null));
  const isOpen = (row: ComparedDesign): boolean => row.rows.some(({ bound_is_proven }) => bound_is_proven === false);
  return table(
    ['Design', ...shown.map((measure) => COLUMNS[measure][0])],
    designs.map((row) => [
      visible(row.design),
      ...shown.map((measure) => {
        const text = COLUMNS[measure][1](row.mean[measure].mean);
        // What is no proven optimum but an upper bound of it.
        return measure === 'share_of_bound' && isOpen(row) ? `≥ ${text}` : text;
      }),
    ]),
  );
}

/** Share of the value by settlement type, mean over the seeds. */
function contributions(designs: readonly ComparedDesign[]): string {
  const types = [...new Set(designs.flatMap(({ rows }) => rows.flatMap(({ mechanisms }) => Object.keys(mechanisms))))].sort();
  return table(
    ['Settled by', ...types.map((type) => type.replace('lsm_netted_', '').replaceAll('_', ' '))],
    designs.map(({ design, rows }) => [
      visible(design),
      ...types.map((type) => {
        const shares = rows.map(({ mechanisms }) => mechanisms[type]?.share_value ?? 0);
        return share(shares.reduce((sum, x) => sum + x, 0) / shares.length);
      }),
    ]),
  );
}

function differences(designs: readonly ComparedDesign[], baseline: string): string {
  const shown: readonly Measure[] = ['value_settled', 'delay_indicator', 'liquidity_used', 'unsettled_value_end', 'total_cost'];
  const rows = designs.flatMap(({ design, difference }) =>
    shown.map((measure) => {
      const { mean, t_lower, t_upper } = difference![measure];
      const show = COLUMNS[measure][1];
      return [visible(design), COLUMNS[measure][0], show(mean), show(t_lower), show(t_upper)];
    }),
  );
  return table([`Against ${visible(baseline)}`, 'Measure', 'Mean difference', 'From (95 %)', 'To'], rows);
}

/** What became of the payments, of the first seed's run. */
function pairedTable(designs: readonly ComparedDesign[], against: string): string {
  const rows = designs.map(({ design, rows: [first] }) => {
    const p = first!.paired!;
    return [
      visible(design),
      whole(p.earlier.count),
      whole(p.same.count),
      whole(p.later.count),
      whole(p.only_settled_in_other.count),
      amount(p.only_settled_in_other.value),
      whole(p.only_settled_in_baseline.count),
      amount(p.only_settled_in_baseline.value),
      digits(2)(p.tick_difference_mean),
      digits(2)(p.tick_difference_mean_by_value),
    ];
  });
  const head = [`Payments against ${visible(against)}`, 'Sooner', 'Same', 'Later', 'Only here', 'Value', 'Only there', 'Value'];
  return table([...head, 'Ticks later', 'By value'], rows);
}

/** Who gains and who pays, of the first seed's run: the banks whose costs or liquidity change most. */
function bankTable(designs: readonly ComparedDesign[], against: string): string {
  const rows = designs.flatMap(({ design, rows: [first] }) =>
    [...first!.banks!]
      .sort((a, b) => Math.abs(b.total_cost) - Math.abs(a.total_cost) || Math.abs(b.liquidity_used) - Math.abs(a.liquidity_used))
      .slice(0, MOST_BANKS)
      .map((bank) => [
        visible(design),
        visible(bank.bank),
        digits(4)(bank.delay_indicator),
        amount(bank.liquidity_used),
        amount(bank.total_cost),
      ]),
  );
  return table([`Banks against ${visible(against)}`, 'Bank', 'Delay', 'Liquidity used', 'Cost'], rows);
}

function cutOffs(designs: readonly ComparedDesign[]): string[] {
  return designs.flatMap(({ design, rows }) => {
    const counts = new Map<string, number>();
    for (const { cut_offs } of rows)
      for (const [reason, n] of Object.entries(cut_offs)) counts.set(reason, (counts.get(reason) ?? 0) + n);
    if (counts.size === 0) return [];
    const list = [...counts].map(([reason, n]) => `${reason} ${whole(n)} times`).join(', ');
    return [`note: limits of ${visible(design)} were reached: ${list}`];
  });
}

/** A row per design and seed, keys as in JSON. */
export function comparisonCsv({ designs }: DesignComparison): string {
  const types = [...new Set(designs.flatMap(({ rows }) => rows.flatMap(({ mechanisms }) => Object.keys(mechanisms))))].sort();
  const costs = Object.keys(designs[0]!.rows[0]!.costs);
  const rows = designs.flatMap(({ design, rows: list }) =>
    list.map((row) => [
      design,
      row.seed,
      ...MEASURES.map((measure) => row.measures[measure]),
      ...costs.map((name) => row.costs[name as keyof typeof row.costs]),
      ...types.map((type) => row.mechanisms[type]?.value ?? 0),
    ]),
  );
  return csv(
    ['design', 'seed', ...MEASURES, ...costs.map((name) => `costs.${name}`), ...types.map((type) => `value.${type}`)],
    rows,
  );
}
