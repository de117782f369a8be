import { QUEUE_COLUMNS, TRANSACTION_COLUMNS } from '@simcash/protocol';
import { describeRun } from '@simcash/runs';
import { median, quietScenario, record, withFreshDatabase } from './support.mjs';

const BANKS = 200;

/** What a day may hand to the store, by budget of spec 09 §13. */
const ROWS = { transactions: 40_000, metrics: 200, collateral: 1_000, queues: 5_000, cycles: 100 };

/** Milliseconds from handing over rows to their commit, medians over these days: each kind of rows alone, and all together. */
export async function writeBudgets({ days = 9 } = {}) {
  const cases = [
    ['40,000 transactions', ['transactions'], 100],
    ["200 agents' metrics", ['metrics'], 20],
    ['1,000 collateral events', ['collateral'], 50],
    ['5,000 queue entries', ['queues'], 30],
    ['100 LSM cycles', ['cycles'], 20],
    ["a day's writes, 200 agents", Object.keys(ROWS), 200],
  ];
  const rows = [];
  for (const [name, kinds, budget] of cases) {
    const { result } = await withFreshDatabase((_, provider) => writeDays(provider, kinds, days));
    rows.push({ name, milliseconds: result, budget });
  }
  return rows;
}

async function writeDays(provider, kinds, days) {
  const scenario = quietScenario(BANKS, 1, days);
  const start = describeRun(scenario, { level: 'EVENTS' });
  await provider.persistSimulationStart('s', start);
  const times = [];
  for (let day = 0; day < days; day++) {
    const count = (kind) => (kinds.includes(kind) ? ROWS[kind] : 0);
    const data = {
      transactions: transactions(day, count('transactions')),
      collateral: Array.from({ length: count('collateral') }, (_, i) => collateral(day, i)),
      lsm: Array.from({ length: count('cycles') }, (_, i) => cycle(day, i)),
      metrics: Array.from({ length: count('metrics') }, (_, b) => metrics(day, b)),
      queues: queues(count('queues')),
    };
    const began = performance.now();
    provider.persistTickEvents('s', day, noEvents(day));
    provider.persistTickState('s', day, {
      result: { tick: day, num_arrivals: 0, num_settlements: 0, num_lsm_releases: 0, total_cost: 0 },
      rng_state: 1n,
      collateral: data.collateral,
      lsm: data.lsm,
      calls: [],
      settlement_runs: [],
      algorithm_runs: [],
      totals: NO_TOTALS,
      agents: null,
      queues: null,
    });
    provider.persistClosedTransactions('s', data.transactions);
    await provider.persistDayComplete('s', day, {
      agent_metrics: data.metrics,
      queues: data.queues,
    });
    await provider.flush();
    times.push(performance.now() - began);
  }
  return median(times);
}

const NO_TOTALS = Object.fromEntries(
  [
    ...['arrivals', 'arrived_value', 'settlements', 'delay_ticks', 'settled_value', 'lsm_releases', 'lsm_operations', 'overdue'],
    ...['dropped', 'dropped_value', 'unsettled', 'unsettled_value', 'cost'],
  ].map((name) => [name, 0]),
);

const bank = (b) => `B${String(b).padStart(3, '0')}`;

const noEvents = (tick) => ({
  tick,
  length: 0,
  starts: new Int32Array(1),
  tape: new Float64Array(0),
  writeLines() {},
  copy() {
    return this;
  },
});

function columns(names, length, value) {
  return {
    length,
    columns: Object.fromEntries(names.map((name) => [name, Float64Array.from({ length }, (_, i) => value(name, i))])),
  };
}

function transactions(day, length) {
  const values = {
    sender: (i) => i % BANKS,
    receiver: (i) => (i + 1) % BANKS,
    amount: (i) => 100 + i,
    amount_settled: (i) => 100 + i,
  };
  const absent = [
    'overdue_since_tick',
    'parent_tx',
    'list_index',
    'rtgs_priority',
    'declared_rtgs_priority',
    'rtgs_submission_tick',
  ];
  return columns(TRANSACTION_COLUMNS, length, (name, i) => {
    if (name === 'tx') return day * length + i + 1;
    if (absent.includes(name)) return NaN;
    return values[name]?.(i) ?? (name === 'deadline_tick' ? day + 5 : name.endsWith('_tick') ? day : 0);
  });
}

const queues = (length) =>
  columns(QUEUE_COLUMNS, length, (name, i) => ({ queue: 1, agent: i % BANKS, position: Math.floor(i / BANKS), tx: i + 1 })[name]);

const collateral = (day, i) => ({
  agent_id: bank(i % BANKS),
  tick: day,
  day,
  action: 'post',
  amount: 100,
  reason: 'UrgentLiquidityNeed',
  layer: 'strategic',
  balance_before: 0,
  posted_collateral_before: 0,
  posted_collateral_after: 100,
  available_capacity_after: 900,
  event_seq: i,
});

const cycle = (day, i) => ({
  tick: day,
  day,
  cycle_type: 'multilateral',
  cycle_length: 3,
  agents: [bank(0), bank(1), bank(2), bank(0)],
  transactions: [3 * i + 1, 3 * i + 2, 3 * i + 3].map((n) => `T${String(n).padStart(8, '0')}`),
  settled_value: 300,
  total_value: 300,
  tx_amounts: [100, 100, 100],
  net_positions: [0, 0, 0],
  max_net_outflow: 0,
  max_net_outflow_agent: null,
  algorithm: null,
  event_seq: i,
});

const metrics = (day, b) => ({
  ...Object.fromEntries(
    [
      ...['opening_balance', 'closing_balance', 'min_balance', 'max_balance', 'unsecured_cap', 'peak_overdraft'],
      ...['opening_posted_collateral', 'closing_posted_collateral', 'peak_posted_collateral', 'collateral_capacity'],
      ...[
        'num_arrivals',
        'num_sent',
        'num_received',
        'num_settled',
        'num_dropped',
        'num_collateral_posts',
        'num_collateral_withdrawals',
      ],
      ...[
        'queue1_peak_size',
        'queue1_eod_size',
        'queue2_peak_size',
        'queue2_eod_size',
        'liquidity_cost',
        'delay_cost',
        'collateral_cost',
      ],
      ...['split_friction_cost', 'deadline_penalty_cost', 'liquidity_opportunity_cost', 'total_cost'],
    ].map((name) => [name, 0]),
  ),
  agent_id: bank(b),
  day,
});

const RUNS = 200;
const QUERIES = [
  'SELECT agent_id, sum(total_cost) FROM daily_agent_metrics GROUP BY agent_id',
  'SELECT settlement_type, count(*), sum(amount) FROM transactions GROUP BY settlement_type',
  'SELECT sender_id, receiver_id, count(*), sum(amount) FROM transactions GROUP BY ALL',
  'SELECT event_type, count(*) FROM simulation_events GROUP BY event_type',
  'SELECT priority, count(*), max(settlement_tick - arrival_tick) FROM v_payments WHERE is_settled GROUP BY priority',
  'SELECT config_hash, rng_seed, count(*), count(DISTINCT event_log_hash) FROM simulations GROUP BY ALL',
];

/** The slowest of some aggregates over many stored runs, in milliseconds. */
export async function queryBudget(scenario) {
  const { result } = await withFreshDatabase(async (database, provider) => {
    for (let i = 0; i < RUNS; i++) await record(provider, `run-${i}`, scenario, 'EVENTS');
    const times = [];
    for (const sql of QUERIES) {
      const began = performance.now();
      await database.query(sql);
      times.push(performance.now() - began);
    }
    return Math.max(...times);
  });
  return { name: `aggregates over ${RUNS} runs, the slowest`, milliseconds: result, budget: 1000 };
}

/** Bytes that a run adds to a database, by level. */
export async function storage(scenario) {
  const { size: empty } = await withFreshDatabase(async () => undefined);
  const rows = [];
  for (const level of ['SUMMARY', 'EVENTS', 'FULL']) {
    const { result, size } = await withFreshDatabase((_, provider) => record(provider, 'run', scenario, level));
    rows.push({ level, bytes: size - empty, per_event: (size - empty) / result.events });
  }
  return rows;
}
