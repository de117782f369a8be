import * as protocol from '@simcash/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Scenario } from '../../engine/src/index.js';
import * as stored from '../src/index.js';
import { simulationTables } from './support/comparing.js';
import { openDatabase, reopen, storeWhole, type StoreOptions } from './support/storing.js';
import { CALLS, callsOf, town } from './support/town.js';

/** Whole payments, from their legs. */
const PAYMENTS = `(SELECT simulation_id, arrival_seq, sender_id, receiver_id, max(amount) AS amount, min(arrival_tick) AS arrival, min(arrival_day) AS day,
    CASE WHEN bool_and(status IN ('settled', 'split')) THEN max(settlement_tick) END AS settlement, settlement - arrival AS delay
  FROM transactions GROUP BY ALL)`;
const KINDS = ['liquidity', 'delay', 'collateral', 'deadline_penalty', 'split_friction', 'liquidity_opportunity', 'total'];
const SUMS = [...KINDS.map((kind) => `${kind}_cost`), 'num_dropped', 'dropped_value'];
const NOTHING = SUMS.map((name) => `0 AS ${name}`).join(', ');
const logged = (kind: string): string =>
  `CAST(json_extract_string(details, '$.costs.${kind === 'total' ? kind : `${kind.replace('deadline_', '')}_cost`}') AS BIGINT)`;
/** Costs and drops from the events, and zeros for all banks and for the days that were closed. */
const CHARGES = `(SELECT simulation_id, day, agent_id, ${KINDS.map((kind) => `${logged(kind)} AS ${kind}_cost`).join(', ')}, 0 AS num_dropped,
    0 AS dropped_value FROM simulation_events WHERE event_type = 'CostAccrual'
  UNION ALL BY NAME SELECT simulation_id, day, agent_id, ${NOTHING.replace('0 AS num_dropped, 0 AS', '1 AS num_dropped, amount AS')}
    FROM simulation_events JOIN transactions USING (simulation_id, tx_id) WHERE event_type = 'PolicyDrop'
  UNION ALL BY NAME SELECT simulation_id, day, agent_id, ${NOTHING} FROM daily_agent_metrics
  UNION ALL BY NAME SELECT simulation_id, NULL AS day, agent_id, ${NOTHING} FROM simulation_agents)`;
const costs = (day: string): string =>
  `SELECT ${day} AS day, agent_id, ${SUMS.map((name) => `sum(${name})::BIGINT AS ${name}`).join(', ')} FROM ${CHARGES}
   WHERE simulation_id = $1 AND ($2 IS NULL OR agent_id = $2) ${day === 'day' ? 'AND day IS NOT NULL' : ''} GROUP BY 1, 2 ORDER BY 1, encode(agent_id)`;
const COST = `SELECT coalesce(sum(${logged('total')}), 0)::BIGINT FROM simulation_events WHERE simulation_id = $1 AND event_type = 'CostAccrual'`;
const COPIED = /^(sender_id|receiver_id|amount|deadline|priority)$/;

let database: stored.SimCashDatabase;
let log: string;
/** What plain SQL answers, JSON parsed; `$1` is the run, `$2` what is asked about. */
async function plain(text: string, run: string, arg: string | number | null = null): Promise<stored.SqlRow[]> {
  const rows = await database.query(text, text.includes('$2') ? [run, arg] : [run]);
  return rows.map((row) => {
    for (const name of ['details', 'policy_config', 'rest']) if (name in row) row[name] = JSON.parse(row[name] as string);
    return { ...row, ...Object.fromEntries(Object.entries(row.details ?? {}).filter(([name]) => COPIED.test(name))) };
  });
}

beforeAll(async () => {
  const writing = await openDatabase();
  const keep = (id: string, scenario: Scenario, change: StoreOptions = {}) =>
    storeWhole(writing, id, scenario, { onTick: (simulation) => callsOf(id, simulation), ...change });
  await keep('two', town(16, 3));
  ({ log } = await keep('one', town(24, 2)));
  await keep('broken off', town(24, 3), { untilTick: 20 });
  await keep('twin', town(24, 3, 75_000), { untilTick: 11 });
  await keep('figures only', town(24, 3), { level: 'SUMMARY' });
  await writing.execute(
    `UPDATE simulations SET total_arrived_value = NULL WHERE simulation_id = 'two';
     UPDATE transactions SET arrival_day = arrival_seq % 40 * 4500 WHERE simulation_id = 'two';
     INSERT INTO transactions SELECT t.* REPLACE ('changed' AS simulation_id, arrival_tick + arrival_seq % 2 AS arrival_tick, amount + arrival_seq // 2 % 2 AS amount,
         sender_id || ['', 'x'][1 + arrival_seq // 4 % 2] AS sender_id, receiver_id || ['', 'x'][1 + arrival_seq // 8 % 2] AS receiver_id)
       FROM transactions t WHERE simulation_id = 'one';
     INSERT INTO lsm_cycles SELECT l.* REPLACE ('one-lsm' || n AS cycle_id, n AS event_seq)
       FROM lsm_cycles l, range(999999, 1000001) r(n) WHERE cycle_id = 'one-lsm000000';
     INSERT INTO experiments (run_id, experiment_name, experiment_type, config, status, created_at, num_iterations, converged)
       SELECT 'e' || n, 'e', 'search', '{}', 'completed', TIMESTAMP '2031-05-01', 0, false FROM range(2) r(n);
     INSERT INTO simulations SELECT s.* REPLACE ('copy ' || n AS simulation_id, TIMESTAMP '2031-05-01' + to_days((n * 7 % 5)::INTEGER) AS started_at,
         ['completed', 'failed'][1 + n % 2] AS status, ['e0', 'e1', NULL][1 + n % 3] AS experiment_run_id, ['evaluation', 'final'][1 + n // 2 % 2] AS run_purpose)
       FROM simulations s, range(12) r(n) WHERE simulation_id = 'one';
     INSERT INTO simulations BY NAME SELECT * REPLACE ('begun' AS simulation_id, 'running' AS status, 0 AS num_days)
       FROM (SELECT COLUMNS(c -> NOT regexp_matches(c, '^(total_[^t]|unsettled_)')) FROM simulations WHERE simulation_id = 'one')`,
  );
  // Rows in an order without meaning: what an answer has in order, its query has to sort.
  for (const table of await simulationTables(writing)) {
    const columns = table === 'simulation_events' ? '* EXCLUDE (event_id)' : '*';
    await writing.execute(`CREATE OR REPLACE TEMP TABLE shuffled AS SELECT ${columns} FROM ${table}; DELETE FROM ${table}`);
    await writing.execute(`INSERT INTO ${table} BY NAME SELECT * FROM shuffled ORDER BY hash(rowid)`);
  }
  database = await reopen(writing, { readOnly: true });
});

/** A question, and the plain SQL that answers it, too. */
const by =
  (ask: (database: stored.SimCashDatabase, run: string, arg: never) => Promise<unknown>) =>
  (text: TemplateStringsArray, ...values: string[]) => ({ ask, sql: String.raw(text, ...values) });
const about = (args: readonly (string | number | null)[], questions: Record<string, ReturnType<ReturnType<typeof by>>>) =>
  Object.entries(questions).map(([what, question]) => ({ what, args, ...question }));
const OF_RUN = 'WHERE simulation_id = $1';
const only = (condition: string): string => `${OF_RUN} AND ($2 IS NULL OR ${condition})`;
const collateral = (name: string) =>
  by((db, run, arg) => stored.getCollateralEvents(db, run, { [name]: arg }))`
    FROM collateral_events ${only(`${name}::VARCHAR = $2`)} ORDER BY collateral_seq`;
const offsets = (name: string) =>
  by((db, run, arg) => stored.getLsmCycles(db, run, { [name]: arg }))`
    FROM lsm_cycles ${only(`${name}::VARCHAR = $2`)} ORDER BY event_seq`;
const events = (name: string, condition = `${name}::VARCHAR = $2`) =>
  by(async (db, run, arg) => (await stored.getSimulationEvents(db, run, { [name]: arg, limit: 1000 })).events)`
    FROM simulation_events ${only(condition)} ORDER BY event_seq LIMIT 1000`;
const range = (from: string, to: string): string =>
  `SELECT count(CASE WHEN arrival BETWEEN ${from} AND ${to} THEN 1 END) AS total_arrivals, (${COST} AND tick BETWEEN ${from} AND ${to}) AS total_cost,
     count(CASE WHEN settlement BETWEEN ${from} AND ${to} THEN 1 END) AS total_settlements,
     coalesce(avg(delay) FILTER (settlement BETWEEN ${from} AND ${to}), 0) AS avg_delay_ticks FROM ${PAYMENTS} ${OF_RUN}`;
const beside = (other: string) =>
  by((db, run, bank) => stored.compareAgentPerformance(db, run, other, bank))`
    SELECT day, a.total_cost AS sim1_total_cost, b.total_cost AS sim2_total_cost, b.total_cost - a.total_cost AS cost_delta
    FROM (FROM daily_agent_metrics ${OF_RUN}) a JOIN (FROM daily_agent_metrics WHERE simulation_id = '${other}') b USING (agent_id, day)
    WHERE agent_id = $2 ORDER BY day`;

const RUNS = ['one', 'two', 'broken off', 'twin', 'absent'];
const TICKS = [0, 1, 3, 4, 7, 11, 12, 14, 19, 23, 24, 35, 36];
const BANKS = ['salt', 'ROWAN', 'birch', 'dove', '🏦', 'Zoo', 'rowan', ''];
const large = stored.queries.selectFrom('v_payments').select(['tx_id', 'amount']).where('amount', '>', 60_000).orderBy('tx_id');
const QUESTIONS = [
  ...about(BANKS, {
    'the days of a bank': by(stored.getAgentDailyMetrics)`FROM daily_agent_metrics ${OF_RUN} AND agent_id = $2 ORDER BY day`,
    'the policies of a bank': by(stored.getAgentPolicyHistory)`
      SELECT snapshot_day, snapshot_tick, policy_hash, policy_json, created_by FROM policy_snapshots ${OF_RUN} AND agent_id = $2 ORDER BY snapshot_tick`,
    'costs of a bank beside those in a shorter run': beside('one'),
    'costs of a bank beside those in a longer run': beside('two'),
  }),
  ...about([null, ...BANKS], {
    'collateral of banks': collateral('agent_id'),
    'events of banks': events('agent_id', 'list_position(agent_ids, $2) > 0'),
    'costs by bank': by((db, run, bank) => stored.getDailyCosts(db, run, 'bank', bank))`${costs('NULL')}`,
    'costs by day and bank': by((db, run, bank) => stored.getDailyCosts(db, run, 'day', bank))`${costs('day')}`,
    'costs by tick and bank': by(stored.getCostTimeline)`
      WITH t AS (SELECT tick, day, agent_id, sum(${logged('total')})::BIGINT AS c FROM simulation_events ${only('agent_id = $2')}
        AND event_type = 'CostAccrual' GROUP BY ALL)
      SELECT tick, day, agent_id, c AS per_tick_cost, (SELECT sum(c)::BIGINT FROM t s WHERE s.agent_id = t.agent_id AND s.tick <= t.tick)
        AS accumulated_cost FROM t ORDER BY tick, encode(agent_id)`,
  }),
  ...about([null, ...protocol.TRANSACTION_OUTCOMES], {
    'legs of payments by status': by(stored.getTransactions)`
      FROM transactions ${only('status::VARCHAR = $2')} ORDER BY created_tick, tx_id`,
  }),
  ...about(protocol.COLLATERAL_ACTIONS, { 'collateral by action': collateral('action') }),
  ...about(protocol.CYCLE_TYPES, { 'offsets and cycles': offsets('cycle_type') }),
  ...about(protocol.EVENT_TYPES, { 'events by type': events('event_type') }),
  ...about(['T00000010', 'T00000025', 'T00000034'], { 'events of a payment': events('tx_id', 'list_position(tx_ids, $2) > 0') }),
  ...about([0, 12], { 'events from a tick on': events('tick_min', 'tick >= $2::INTEGER') }),
  ...about([0, 12], { 'events up to a tick': events('tick_max', 'tick <= $2::INTEGER') }),
  ...about([null, ...TICKS], {
    'events of a tick': events('tick'),
    'collateral of a tick': collateral('tick'),
    'offsets of a tick': offsets('tick'),
  }),
  ...about([-1, ...TICKS], {
    'collateral by all criteria': by((db, run, tick) => stored.getCollateralEvents(db, run, { tick, day: 0, agent_id: 'dove' }))`
      FROM collateral_events ${OF_RUN} AND tick = $2 AND day = 0 AND agent_id = 'dove' ORDER BY collateral_seq`,
    'offsets by all criteria': by((db, run, tick) => stored.getLsmCycles(db, run, { tick, day: 0, cycle_type: 'bilateral' }))`
      FROM lsm_cycles ${OF_RUN} AND tick = $2 AND day = 0 AND cycle_type = 'bilateral' ORDER BY event_seq`,
    'arrivals of a tick': by(async (db, run, tick) => (await stored.getTransactionsByTick(db, run, tick)).arrivals)`
      FROM transactions ${OF_RUN} AND arrival_tick = $2 ORDER BY tx_id`,
    'settlements of a tick': by(async (db, run, tick) => (await stored.getTransactionsByTick(db, run, tick)).settlements)`
      FROM transactions ${OF_RUN} AND settlement_tick = $2 ORDER BY tx_id`,
    'ticks up to one of them': by((db, run, tick) => stored.getTickRangeSummary(db, run, 1, tick))`${range('1', '$2')}`,
    'ticks from one of them on': by((db, run, tick) => stored.getTickRangeSummary(db, run, tick, 14))`${range('$2', '14')}`,
    'banks after a tick': by(stored.getTickAgentStates)`FROM tick_agent_states ${OF_RUN} AND tick = $2 ORDER BY encode(agent_id)`,
    'queues after a tick, in their order': by(async (db, run, tick) =>
      Object.entries(await stored.getTickQueueSnapshots(db, run, tick)).flatMap(([agent_id, queues]) =>
        Object.entries(queues).map(([queue_type, tx_ids]) => ({ agent_id, queue_type, tx_ids })),
      ),
    )`SELECT agent_id, queue_type, list(tx_id ORDER BY position) AS tx_ids FROM tick_queue_snapshots ${OF_RUN} AND tick = $2
      GROUP BY agent_id, queue_type ORDER BY encode(agent_id), queue_type::VARCHAR`,
    'decisions of a tick': by(async (db, run, tick) =>
      (await stored.getPolicyDecisionsByTick(db, run, tick)).map((row) => {
        const { reason_arguments, reason_code: code, reason_text: sentence, ...rest } = row;
        if (row.decision_type === 'hold')
          expect({ code, arguments: JSON.parse(reason_arguments!), sentence }).toEqual(protocol.holdReason(row.reason!));
        return rest;
      }),
    )`SELECT simulation_id, event_seq AS id, agent_id, tick, day, lower(replace(event_type::VARCHAR, 'Policy', '')) AS decision_type, tx_id,
        details ->> 'reason' AS reason, CASE WHEN event_type = 'PolicySplit' THEN len(tx_ids) - 1 END AS num_splits,
        CASE WHEN event_type = 'PolicySplit' THEN tx_ids[2:] END AS child_tx_ids
      FROM simulation_events ${OF_RUN} AND tick = $2 AND event_type IN ('PolicySubmit', 'PolicyHold', 'PolicyDrop', 'PolicySplit') ORDER BY event_seq`,
  }),
  ...about([...RUNS, 'changed'], {
    'payments that another run has, too': by(stored.pairPayments)`
      WITH a AS (FROM ${PAYMENTS} WHERE simulation_id = $1), b AS (FROM ${PAYMENTS} WHERE simulation_id = $2),
        p AS (SELECT arrival_seq, a.settlement AS s, b.settlement AS t FROM a JOIN b USING (arrival_seq, sender_id, receiver_id, amount, arrival))
      SELECT count(*) AS paired, (SELECT count(*) FROM a) - count(*) AS only_first, (SELECT count(*) FROM b) - count(*) AS only_second,
        (SELECT min(arrival_seq) FROM (FROM a UNION ALL FROM b) WHERE arrival_seq NOT IN (SELECT arrival_seq FROM p)) AS first_unpaired,
        count(CASE WHEN t < s THEN 1 END) AS earlier, count(CASE WHEN t = s THEN 1 END) AS same_tick, count(CASE WHEN t > s THEN 1 END) AS later,
        count(s) - count(s + t) AS settled_only_first, count(t) - count(s + t) AS settled_only_second, count(*) - count(coalesce(s, t)) AS unsettled_in_both
      FROM p`,
  }),
  ...about([-1, 0, 1, 2, 3], {
    'collateral of a day': collateral('day'),
    'offsets of a day': offsets('day'),
    'events of a day': events('day'),
    'the policy that a bank has on a day': by((db, run, day) => stored.getPolicyAtDay(db, run, 'ROWAN', day))`
      SELECT snapshot_day, snapshot_tick, policy_hash, created_by, policy_json AS policy_config FROM policy_snapshots
      ${OF_RUN} AND agent_id = 'ROWAN' AND snapshot_day <= $2 ORDER BY snapshot_tick DESC LIMIT 1`,
  }),
  ...about([null], {
    'number and delay of payments': by(stored.getTransactionStatistics)`
      SELECT count(*) AS total_count, count(settlement) AS settled_count, coalesce(count(settlement) / nullif(count(*), 0), 0) AS settlement_rate,
        coalesce(avg(delay), 0) AS avg_delay_ticks FROM ${PAYMENTS} ${OF_RUN}`,
    'the share of settled payments by day': by(stored.getSettlementRateByDay)`
      SELECT day, count(*) AS total_transactions, count(settlement) AS settled_transactions, count(settlement) / count(*) AS settlement_rate
      FROM ${PAYMENTS} ${OF_RUN} GROUP BY day ORDER BY day`,
    'what became of legs by day': by(stored.getDailyTransactionSummary)`
      SELECT arrival_day AS day, count(*) AS total_count, sum(amount)::BIGINT AS total_amount,
        ${['settled', 'pending', 'overdue', 'dropped'].map((word) => `count_if(status = '${word}') AS ${word}_count`).join(', ')},
        coalesce(sum(amount) FILTER (status = 'settled'), 0)::BIGINT AS settled_amount
      FROM transactions ${OF_RUN} AND num_parts = 0 GROUP BY day ORDER BY day`,
    'delays by day': by(stored.getTransactionDelays)`
      SELECT day, avg(delay) AS avg_delay_ticks, max(delay) AS max_delay_ticks, percentile_cont(0.5) WITHIN GROUP (ORDER BY delay) AS p50_delay_ticks,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY delay) AS p95_delay_ticks FROM ${PAYMENTS} ${OF_RUN} AND delay >= 0 GROUP BY day ORDER BY day`,
    'costs of banks, the most expensive first': by(stored.getCostBreakdownByAgent)`
      SELECT * EXCLUDE (day, num_dropped, dropped_value) FROM (${costs('NULL')}) ORDER BY total_cost DESC, encode(agent_id)`,
    'calls in their order': by(async (db, run) =>
      (await stored.getCalls(db, run)).map(({ call: { call, ...rest }, ...row }) => ({ ...row, call, rest })),
    )`SELECT tick, agent_id, tx_id, call_type AS call, arguments AS rest FROM simulation_calls ${OF_RUN} ORDER BY call_seq`,
    'a run in figures': by(stored.getSimulationSummary)`
      SELECT s.*, n AS total_transactions, settled / n AS settlement_rate, n AS total_volume, value AS total_value_cents, (${COST}) / num_days AS avg_daily_cost
      FROM simulations s, (SELECT count(*) AS n, count(settlement) AS settled, sum(amount)::BIGINT AS value FROM ${PAYMENTS} ${OF_RUN}) ${OF_RUN}`,
    'a run and its banks': by((db, run) => stored.findSimulation(db, run).catch(() => null))`
      SELECT *, (SELECT list(agent_id ORDER BY encode(agent_id)) FROM simulation_agents ${OF_RUN}) AS agent_ids FROM simulations ${OF_RUN}`,
    'how many events there are, the most frequent first': by(async (db, run) => {
      const { event_type_counts, ...rest } = await stored.getSimulationEventSummary(db, run);
      return { ...rest, counts: Object.entries(event_type_counts).map(([type, n]) => `${type} ${n}`) };
    })`
      SELECT count(*) AS total_events, coalesce(max(tick), 0) AS total_ticks, coalesce(max(day), 0) AS total_days,
        (SELECT coalesce(list(a ORDER BY encode(a)), []) FROM (SELECT DISTINCT unnest(agent_ids) AS a FROM simulation_events ${OF_RUN})) AS agents,
        (SELECT coalesce(list(type || ' ' || n ORDER BY n DESC, type), []) FROM (SELECT event_type::VARCHAR AS type, count(*) AS n
          FROM simulation_events ${OF_RUN} GROUP BY ALL)) AS counts
      FROM simulation_events ${OF_RUN}`,
    'payments, asked by hand': by((db, run) => stored.rows(db, large.where('simulation_id', '=', run)))`
      SELECT tx_id, amount FROM transactions ${OF_RUN} AND parent_tx_id IS NULL AND amount > 60000 ORDER BY tx_id`,
  }),
];
const counted = (type: string): string => `(SELECT count(*) FROM simulation_events ${OF_RUN} AND event_type = '${type}')`;
const FIGURES = `SELECT p.*, l.*, ${counted('PolicyDrop')} AS total_dropped, ${counted('TransactionWentOverdue')} AS total_overdue, (${COST}) AS total_cost
  FROM (SELECT count(*) AS total_arrivals, count(settlement) AS total_settlements, coalesce(count(settlement) / nullif(count(*), 0), 0) AS settlement_rate,
    coalesce(avg(delay), 0) AS avg_delay_ticks FROM ${PAYMENTS} ${OF_RUN}) p,
  (SELECT coalesce(sum(amount_settled), 0)::BIGINT AS total_settled_value, count(*) FILTER (status IN ('pending', 'overdue')) AS unsettled_count,
    coalesce(sum(amount) FILTER (status IN ('pending', 'overdue')), 0)::BIGINT AS unsettled_value,
    coalesce(sum(amount) FILTER (status = 'dropped'), 0)::BIGINT AS total_dropped_value FROM transactions ${OF_RUN}) l`;

describe('a question about stored runs', () => {
  it.each(QUESTIONS)('is answered as plain SQL answers it: $what', async ({ args, ask, sql }) => {
    const answers: Record<string, unknown[]> = {};
    for (const run of RUNS) {
      answers[run] = [];
      for (const arg of args) {
        const answer = [(await ask(database, run, (arg ?? undefined) as never)) ?? []].flat();
        expect(answer, `${run}, ${arg}`).toEqual(await plain(sql, run, arg));
        answers[run].push(...answer);
      }
    }
    expect(answers.one).not.toEqual(answers.two);
  });

  it('compares two runs as plain SQL does', async () => {
    const pairs = ['one', 'two', 'broken off', 'begun'].flatMap((first, _, runs) =>
      runs.map((second) => [first, second] as const),
    );
    for (const [first, second] of pairs) {
      const [[a], [b]] = [await plain(FIGURES, first), await plain(FIGURES, second)];
      const delta = Object.fromEntries(Object.keys(a!).map((name) => [name, Number(b![name]) - Number(a![name])]));
      const expected = { sim1: { simulation_id: first, ...a }, sim2: { simulation_id: second, ...b }, delta };
      expect(await stored.compareSimulations(database, first, second)).toEqual(expected);
    }
  });

  it.each([
    { asked: {}, where: 'true', limit: 100, offset: 0 },
    { asked: { limit: 7.9, offset: 90.9, sort: 'tick_asc' }, where: 'true', limit: 7, offset: 90 },
    { asked: { limit: 1001, offset: -3, sort: 'tick_desc' }, where: 'true', limit: 1000, offset: 0 },
    { asked: { event_type: ' EndOfDay ,Arrival' }, where: "event_type IN ('Arrival', 'EndOfDay')", limit: 100, offset: 0 },
    { asked: { limit: 5, offset: 9999, tick: 3 }, where: 'tick = 3', limit: 5, offset: 9999 },
    { asked: { limit: 0, event_type: ['Arrival'] }, where: "event_type = 'Arrival'", limit: 1, offset: 0 },
    { asked: { event_type: [] }, where: 'false', limit: 100, offset: 0 },
    { asked: { tick: 3, tick_min: 3, tick_max: 3, day: 0 }, where: 'tick = 3', limit: 100, offset: 0 },
  ] as const)('gives a page of events: $asked', async ({ asked, limit, offset, where }) => {
    const { limit: _, offset: __, ...filters }: stored.EventQuery = { sort: 'tick_asc', ...asked };
    const rows = await plain(`FROM simulation_events ${OF_RUN} AND ${where} ORDER BY event_seq`, 'two');
    const events = (filters.sort === 'tick_desc' ? rows.toReversed() : rows).slice(offset, offset + limit);
    const expected = { events, total: rows.length, limit, offset, filters };
    expect(await stored.getSimulationEvents(database, 'two', asked)).toEqual(expected);
  });

  it.each<[string, stored.SimulationFilter]>([
    ['true', {}],
    ["status IN ('failed', 'running')", { status: 'failed' }],
    ['false', { status: 'running' }],
    ["experiment_run_id = 'e0'", { experiment_run_id: 'e0' }],
    ["run_purpose = 'final' AND status = 'failed'", { run_purpose: 'final', status: 'failed' }],
    ["experiment_run_id = 'absent'", { experiment_run_id: 'absent' }],
    ['true', { limit: 5, offset: 3 }],
    ['true', { offset: 14 }],
    ['true', { limit: 0 }],
  ])('lists runs where %s: %o', async (where, filter) => {
    const failed = `CASE status WHEN 'running' THEN 'interrupted (process ended)' END AS error_message`;
    const text = `SELECT * REPLACE (replace(status, 'running', 'failed') AS status, ${failed}) FROM simulations
      WHERE $1 <> '' AND ${where} ORDER BY started_at DESC, simulation_id`;
    const expected = (await plain(text, 'any')).slice(filter.offset ?? 0).slice(0, filter.limit);
    expect(await stored.listSimulations(database, filter)).toEqual(expected);
  });

  it('is answered as the run was, with the events of its log and the calls that were made', async () => {
    const { events } = await stored.getSimulationEvents(database, 'one', { limit: 1000 });
    const lines = events.map(({ details, event_type, tick }) => `${JSON.stringify({ event_type, tick, ...details })}\n`);
    expect(lines.join('')).toBe(log);
    for (const run of ['one', 'two'])
      expect((await stored.getCalls(database, run)).map(({ call, tick }) => [tick, call])).toEqual(CALLS[run]);
  });

  it('finds no figures of a run whose process died', async () => {
    const none = { total_arrivals: 0, total_settlements: 0, total_lsm_releases: 0, total_cost_cents: 0, total_value_cents: 0 };
    const rates = { total_transactions: 0, settlement_rate: 0, total_volume: 0, avg_daily_cost: 0 };
    expect(await stored.getSimulationSummary(database, 'begun')).toMatchObject({ status: 'failed', ...none, ...rates });
    expect(await stored.findSimulation(database, 'begun')).toMatchObject({ status: 'failed', agent_ids: [] });
  });

  it('finds the value of payments that are not stored', async () => {
    const [row] = await plain(`SELECT total_arrived_value AS total_value_cents FROM simulations ${OF_RUN}`, 'figures only');
    expect(await stored.getSimulationSummary(database, 'figures only')).toMatchObject(row!);
  });

  it('is refused if a run is not stored, and told the ten newest', async () => {
    const known = (await stored.listSimulations(database)).slice(0, 10).map(({ simulation_id }) => simulation_id);
    const missing = { name: 'NotStoredError', message: `simulation absent not found in ${database.path}`, known };
    await expect(stored.findSimulation(database, 'absent')).rejects.toMatchObject(missing);
    const error = new stored.NotStoredError('One or both simulations not found');
    await expect(stored.compareSimulations(database, 'one', 'absent')).rejects.toThrow(error);
    await expect(stored.compareSimulations(database, 'absent', 'one')).rejects.toThrow(error);
  });

  it.each([
    ['status', protocol.TRANSACTION_OUTCOMES, (word: never) => stored.getTransactions(database, 'one', word)],
    ['action', protocol.COLLATERAL_ACTIONS, (action: never) => stored.getCollateralEvents(database, 'one', { action })],
    ['cycle_type', protocol.CYCLE_TYPES, (cycle_type: never) => stored.getLsmCycles(database, 'one', { cycle_type })],
    ['event_type', protocol.EVENT_TYPES, (event_type: never) => stored.getSimulationEvents(database, 'one', { event_type })],
    [
      'event_type',
      protocol.EVENT_TYPES,
      (word: never) => stored.getSimulationEvents(database, 'one', { event_type: ['Arrival', word] }),
    ],
  ] as const)('is refused if it has an unknown word: %s', async (what, words, ask) => {
    const message = `${what} is one of ${words.join(', ')}; got `;
    for (const word of ['Settled', ''])
      await expect(ask(word as never)).rejects.toThrow(new stored.DatabaseError(`${message}'${word}'`));
  });

  it.each<[stored.EventQuery, string]>([
    [{ tick_min: 6, tick_max: 5 }, 'tick_min cannot be greater than tick_max'],
    [{ tick: 5, tick_min: 6 }, 'tick 5 lies outside tick_min … tick_max: no event can match'],
    [{ tick: 5, tick_max: 4 }, 'tick 5 lies outside tick_min … tick_max: no event can match'],
    [{ sort: 'tick' as 'tick_asc' }, 'sort must be tick_asc or tick_desc, got tick'],
  ])('is refused if it contradicts itself: %o', async (query, message) => {
    await expect(stored.getSimulationEvents(database, 'one', query)).rejects.toThrow(new stored.DatabaseError(message));
  });
});
