import { createHash } from 'node:crypto';
import path from 'node:path';
import { readScenario, readScenarioText, type Scenario, type Simulation } from '@simcash/engine';
import {
  diffRows,
  eventLines,
  findSimulation,
  getAgentPolicyHistory,
  getCalls,
  getPolicyAtDay,
  listCheckpoints,
  loadCheckpoint,
  SimCashDatabase,
  verifySimulation,
} from '@simcash/persistence';
import type { CallRecord } from '@simcash/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { output, QUIET_SCENARIO, scenarioFile, temporaryDirectory } from '../../../apps/cli/test/support/simcash.js';
import { firstDifference } from '../../persistence/test/support/comparing.js';
import { changed, reference, runLive } from '../../persistence/test/support/storing.js';
import { openRun, recordSimulation, Reexecution, storedFigures, verifyRun, type RecordOptions } from '../src/index.js';

const databases: SimCashDatabase[] = [];
afterAll(() => databases.forEach((database) => database.close()));

/** Opens the database that `recordSimulation` knows: that of the built package. */
async function openDatabase(file = path.join(temporaryDirectory(), 'a.duckdb')): Promise<SimCashDatabase> {
  const database = await SimCashDatabase.open(file);
  databases.push(database);
  return database;
}

async function storedLog(database: SimCashDatabase, id: string): Promise<string> {
  let text = '';
  for await (const lines of eventLines(database, id)) text += lines;
  return text;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a recorded simulation', () => {
  let database: SimCashDatabase;
  beforeAll(async () => {
    database = await openDatabase();
  });

  it.each(['mixed-five-days', 'splits-families', 'lsm-cycles', 'drop-and-reprioritize', 'liquidity-pool-daily'])(
    'has the events of the engine and stored figures equal to those it ended with: %s',
    async (name) => {
      const scenario = reference(name);
      const { figures, simulation, simulation_id: id, stopped } = await recordSimulation(database, scenario, { id: name });
      const live = runLive(scenario);
      expect(id).toBe(name);
      expect(stopped).toBe(false);
      expect(firstDifference(await storedLog(database, id), live.log)).toBeUndefined();
      expect(await storedFigures(database, await openRun(database, id))).toEqual(figures);
      expect(figures.total_arrivals).toBe(live.simulation.systemMetrics().total_arrivals);
      expect(figures.agents.map((bank) => [bank.id, bank.final_balance])).toEqual(
        live.simulation.agents().map((bank) => [bank.agent_id, bank.balance]),
      );
      expect(simulation.currentTick).toBe(simulation.totalTicks);
      expect(await findSimulation(database, id)).toMatchObject({ status: 'completed', last_tick: simulation.totalTicks - 1 });
    },
  );

  it.each(['EVENTS', 'SUMMARY'] as const)(
    'has the same figures at level %s, but for lowest balances, of which only days are known',
    async (level) => {
      const id = `five days ${level}`;
      const { figures } = await recordSimulation(database, reference('mixed-five-days'), { id, level });
      const stored = await storedFigures(database, await openRun(database, id));
      const withoutLowest = ({ agents, ...rest }: typeof figures): object => ({
        ...rest,
        agents: agents.map(({ min_balance: _, ...bank }) => bank),
      });
      expect(withoutLowest(stored)).toEqual(withoutLowest(figures));
      expect(await findSimulation(database, id)).toMatchObject({ persistence_level: level });
    },
  );

  it('has the figures of the ticks that were run when it ends within a day', async () => {
    const { figures } = await recordSimulation(database, reference('mixed-five-days'), { id: 'part', untilTick: 31 });
    expect(figures).toMatchObject({ ticks_executed: 31, total_ticks: 60 });
    expect(await storedFigures(database, await openRun(database, 'part'))).toEqual(figures);
  });

  it('bears name, description and labels, and the name of its file', async () => {
    const words = { name: 'noon', description: "what 'noon' does", labels: { study: 'noon', 'ex"tra': 'a=b' } };
    await recordSimulation(database, reference('rtgs-two-banks'), { id: 'named', configFile: 'a/b.yaml', ...words });
    const { config_file, config_name, description, labels } = await findSimulation(database, 'named');
    expect({ config_file, config_name, description }).toEqual({
      config_file: 'a/b.yaml',
      config_name: words.name,
      description: words.description,
    });
    expect(JSON.parse(labels!)).toEqual(words.labels);
    await recordSimulation(database, reference('rtgs-two-banks'), { id: 'nameless' });
    expect(await findSimulation(database, 'nameless')).toMatchObject({
      ...{ config_file: null, config_name: null, description: null, labels: null },
    });
    expect(await diffRows(database, 'named', 'nameless')).toEqual([]);
  });

  it('gets an id that begins with the time, unless one is given, and another one each time', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await recordSimulation(database, reference('rtgs-two-banks'))).simulation_id),
    );
    for (const id of ids) expect(id).toMatch(/^run-\d{8}-\d{6}-[0-9a-f]{6}$/);
    expect(new Set(ids).size).toBe(3);
  });

  it('is refused when its id is taken, and what is stored stays as it is', async () => {
    await recordSimulation(database, reference('rtgs-two-banks'), { id: 'taken' });
    const before = await findSimulation(database, 'taken');
    await expect(recordSimulation(database, reference('mixed-five-days'), { id: 'taken' })).rejects.toThrow(
      /^simulation taken is stored already in /,
    );
    expect(await findSimulation(database, 'taken')).toEqual(before);
    expect(await verifySimulation(database, 'taken')).toEqual([]);
  });

  it('goes on from a checkpoint as if it had never stopped', async () => {
    const scenario = reference('mixed-five-days');
    await recordSimulation(database, scenario, { id: 'whole', checkpointEvery: 7 });
    await recordSimulation(database, scenario, { id: 'broken off', checkpointEvery: 7, untilTick: 30 });
    const resume = await loadCheckpoint(database, 'latest', 'broken off');
    expect(resume.checkpoint_tick).toBe(28);
    const { figures } = await recordSimulation(database, scenario, { resume, checkpointEvery: 7 });
    expect(await diffRows(database, 'whole', 'broken off')).toEqual([]);
    expect(await storedFigures(database, await openRun(database, 'broken off'))).toEqual(figures);
    const other = changed('mixed-five-days', { rng_seed: 5n });
    await expect(recordSimulation(database, other, { resume })).rejects.toThrow(/^Config mismatch: checkpoint /);
  });
});

describe('the hashes of a run', () => {
  let database: SimCashDatabase;
  let count = 0;
  beforeAll(async () => {
    database = await openDatabase();
  });

  async function hashes(scenario: Scenario, options: RecordOptions = {}): Promise<{ config: string; scenario: string }> {
    const id = `x${count++}`;
    await recordSimulation(database, scenario, { id, level: 'SUMMARY', untilTick: 1, ...options });
    const { config_hash, config_json, scenario_hash } = await findSimulation(database, id);
    expect(config_hash).toBe(sha256(config_json));
    return { config: config_hash, scenario: scenario_hash! };
  }

  const quiet = (...changes: [from: string, to: string][]): Scenario => {
    const text = changes.reduce((before, [from, to]) => {
      if (!before.includes(from)) throw new Error(`the scenario has no ${from}`);
      return before.replace(from, to);
    }, QUIET_SCENARIO);
    return readScenario(readScenarioText(text).document, { exactIntegers: true });
  };

  it.each(['splits-families', 'inline-policies'])('are the same as those of the command: %s', async (name) => {
    const { config, scenario } = await hashes(reference(name));
    const db = path.join(temporaryDirectory(), 'a.duckdb');
    const flags = ['--save', '--id', 'x', '--db', db, '--until-tick', '1', '--json', '-q'];
    expect(await output(['run', scenarioFile(name), ...flags])).toContain(`"sha256": "${config}"`);
    expect(await findSimulation(await openDatabase(db), 'x')).toMatchObject({ config_hash: config, scenario_hash: scenario });
  });

  it('are the same whether numbers were read exactly or not, and in whatever order keys stand', async () => {
    const { agents, simulation, ...rest } = readScenarioText(QUIET_SCENARIO).document as Record<string, unknown>;
    const reversed = { ...rest, agents, simulation };
    const plain = JSON.parse(
      JSON.stringify(reversed, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)),
    ) as Record<string, unknown>;
    expect(await hashes(readScenario(plain))).toEqual(await hashes(quiet()));
  });

  it('of one scenario with other seeds: the scenario is the same, the configuration is not', async () => {
    const found = [await hashes(quiet()), await hashes(quiet(['rng_seed: 1', 'rng_seed: 18446744073709551615']))];
    expect(new Set(found.map((hash) => hash.scenario)).size).toBe(1);
    expect(new Set(found.map((hash) => hash.config)).size).toBe(2);
    const configurations = [1n, 2n].map((rng_seed) => changed('mixed-five-days', { rng_seed }));
    const [one, two] = [await hashes(configurations[0]!), await hashes(configurations[1]!)];
    expect(two.scenario).toBe(one.scenario);
    expect(two.config).not.toBe(one.config);
  });

  it('of one scenario with other policies: the scenario is the same, the configuration is not', async () => {
    const balance = 'opening_balance: 1000\n';
    const tree = '{version: "1.0", policy_id: p, payment_tree: {type: action, node_id: a, action: Hold}}';
    const policies = ['{type: Fifo}', '{type: Deadline, urgency_threshold: 3}', `{type: Inline, decision_trees: ${tree}}`];
    const found = [await hashes(quiet())];
    for (const policy of policies) found.push(await hashes(quiet([balance, `${balance}    policy: ${policy}\n`])));
    expect(new Set(found.map((hash) => hash.scenario)).size).toBe(1);
    expect(new Set(found.map((hash) => hash.config)).size).toBe(4);
  });

  it('of two scenarios that differ in anything else are all different', async () => {
    const others = [
      quiet(),
      quiet(['ticks_per_day: 4', 'ticks_per_day: 5']),
      quiet(['num_days: 1', 'num_days: 2']),
      quiet(['opening_balance: 1000', 'opening_balance: 1001']),
      quiet(['opening_balance: 2000', 'opening_balance: 2000\n    unsecured_cap: 1']),
      quiet(['opening_balance: 2000', 'opening_balance: 2000\n    collateral_haircut: 0.5']),
      quiet(['opening_balance: 2000', 'opening_balance: 2000\n  - id: C\n    opening_balance: 1']),
      quiet(['amount: 100', 'amount: 101']),
      quiet(['from_agent: A, to_agent: B', 'from_agent: B, to_agent: A']),
      quiet(['tick: 1}', 'tick: 2}']),
      quiet(['agents:', 'priority_mode: true\nagents:']),
      quiet(['agents:', 'cost_rates: {delay_cost_per_tick_per_cent: 0.5}\nagents:']),
      quiet(['agents:', 'lsm_config: {enable_bilateral: false}\nagents:']),
      reference('rtgs-two-banks'),
      changed('mixed-five-days', { num_days: 1 }),
      changed('mixed-five-days', { num_days: 2 }),
    ];
    const found: string[] = [];
    for (const scenario of others) found.push((await hashes(scenario)).scenario);
    expect(new Set(found).size).toBe(others.length);
  });
});

/** Runs of different scenarios and lengths. */
const RUNS = [
  ['mixed-five-days', 5],
  ['splits-families', 3],
  ['collateral-timers', 4],
  ['drop-and-reprioritize', 2],
  ['liquidity-pool-daily', 6],
] as const;

describe('recordings at once into one open database', () => {
  it.each([2, 5])('leave exactly the rows that they leave alone: %i of them', async (n) => {
    const database = await openDatabase();
    const runs = RUNS.slice(0, n).map(([name, num_days], i) => ({
      i,
      scenario: changed(name, { num_days, rng_seed: BigInt(7 + i) }),
    }));
    const order: number[] = [];
    const record = (id: string, scenario: Scenario, onTick?: () => void): Promise<unknown> =>
      recordSimulation(database, scenario, { id, checkpointEvery: 'day', ...(onTick ? { onTick } : {}) });
    await Promise.all(runs.map(({ i, scenario }) => record(`together ${i}`, scenario, () => void order.push(i))));
    for (const { i, scenario } of runs) await record(`alone ${i}`, scenario);

    // They took turns: one after the other there would be one change less than runs.
    expect(order.filter((run, tick) => tick > 0 && run !== order[tick - 1]).length).toBeGreaterThan(n);
    for (const { i } of runs) {
      expect(await listCheckpoints(database, `together ${i}`), `run ${i}`).toHaveLength(RUNS[i]![1]);
      expect(await diffRows(database, `alone ${i}`, `together ${i}`), `run ${i}`).toEqual([]);
      expect(await verifySimulation(database, `together ${i}`), `run ${i}`).toEqual([]);
      expect(await findSimulation(database, `together ${i}`)).toMatchObject({ status: 'completed', error_message: null });
    }
  });

  it('do not disturb each other when one of them fails and another one is stopped', async () => {
    const database = await openDatabase();
    const patience = new AbortController();
    const scenario = reference('mixed-five-days');
    const ended = await Promise.allSettled([
      recordSimulation(database, scenario, { id: 'whole', checkpointEvery: 'day' }),
      recordSimulation(database, reference('error-negative-cap'), { id: 'failing', checkpointEvery: 'day' }),
      recordSimulation(database, scenario, {
        id: 'stopped',
        checkpointEvery: 'day',
        signal: patience.signal,
        onTick: ({ tick }) => (tick === 30 ? patience.abort() : undefined),
      }),
    ]);
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await recordSimulation(database, scenario, { id: 'alone', checkpointEvery: 'day' });
    expect(await diffRows(database, 'alone', 'whole')).toEqual([]);
    const states = ['whole', 'failing', 'stopped'].map(async (id) => (await findSimulation(database, id)).status);
    expect(await Promise.all(states)).toEqual(['completed', 'failed', 'failed']);
    for (const id of ['whole', 'failing', 'stopped']) expect(await verifySimulation(database, id), id).toEqual([]);
  });
});

describe('a signal', () => {
  it('stops the run after the running tick; it is stored as failed with what it has done', async () => {
    const database = await openDatabase();
    const scenario = reference('mixed-five-days');
    const patience = new AbortController();
    const ticks: number[] = [];
    const { figures, stopped } = await recordSimulation(database, scenario, {
      id: 'x',
      signal: patience.signal,
      onTick: ({ tick }) => {
        ticks.push(tick);
        if (tick === 16) patience.abort();
      },
    });
    expect(stopped).toBe(true);
    expect(ticks).toEqual(Array.from({ length: 17 }, (_, tick) => tick));
    expect(figures.ticks_executed).toBe(17);
    expect(await findSimulation(database, 'x')).toMatchObject({
      status: 'failed',
      error_message: 'interrupted',
      last_tick: 16,
      completed_at: null,
    });
    expect(await storedFigures(database, await openRun(database, 'x'))).toEqual(figures);
    expect(await verifySimulation(database, 'x')).toEqual([]);
    expect((await verifyRun(database, await openRun(database, 'x'))).difference).toBeNull();

    await recordSimulation(database, scenario, { id: 'until', untilTick: 17 });
    // Only a completed run has a sheet of indicators, and the sum over its rows.
    const ofSheet = ['indicator_sheets', 'bank_day_series', 'simulation_checksums'];
    const differences = (await diffRows(database, 'x', 'until')).filter(({ table }) => !ofSheet.includes(table));
    expect(differences.map(({ table }) => table)).toEqual(['simulations']);
    const [x, until] = [differences[0]!.first, differences[0]!.second].map((row) => JSON.parse(row) as object);
    expect(x).toEqual({ ...until, status: 'failed', error_message: 'interrupted' });
  });

  it('from elsewhere in the program is heard while the run goes on', async () => {
    const database = await openDatabase();
    const patience = new AbortController();
    const running = recordSimulation(database, changed('mixed-five-days', { num_days: 1_000 }), {
      id: 'x',
      level: 'SUMMARY',
      signal: patience.signal,
    });
    setTimeout(() => patience.abort(), 50);
    const { figures, stopped } = await running;
    expect(stopped).toBe(true);
    expect(figures.ticks_executed).toBeLessThan(12_000);
    expect(await findSimulation(database, 'x')).toMatchObject({
      status: 'failed',
      error_message: 'interrupted',
      last_tick: figures.ticks_executed - 1,
    });
  });
});

const HOLD = { version: '1.0', policy_id: 'stop', payment_tree: { type: 'action', node_id: 'a', action: 'Hold' } };
/** Waits in the central queue, and in its bank's own one. */
const QUEUED = 'T00000001';
const HELD = 'T00000004';

const order = (sender: string, receiver: string, amount: number, deadline_tick: number) => ({
  ...{ sender, receiver, amount, deadline_tick, priority: 3, divisible: false },
});

/** A call between two ticks, and what is stored of it; ticks are those about to run. */
const CALLS: readonly (CallRecord & { make: (simulation: Simulation) => unknown })[] = [
  {
    ...{ tick: 1, agent_id: 'AXIS', tx_id: QUEUED },
    call: { call: 'submit_transaction', ...order('AXIS', 'POLE', 25_000, 25), rtgs_priority: 'Urgent' },
    make: (simulation) => simulation.submitTransaction({ ...order('AXIS', 'POLE', 25_000, 25), rtgs_priority: 'Urgent' }),
  },
  {
    ...{ tick: 3, agent_id: 'AXIS', tx_id: QUEUED },
    call: { call: 'withdraw_from_rtgs', tx_id: QUEUED },
    make: (simulation) => simulation.withdrawFromRtgs(QUEUED),
  },
  {
    ...{ tick: 5, agent_id: 'POLE', tx_id: null },
    call: { call: 'post_collateral', agent_id: 'POLE', amount: 2_000 },
    make: (simulation) => simulation.postCollateral('POLE', 2_000),
  },
  {
    ...{ tick: 14, agent_id: 'POLE', tx_id: null },
    call: { call: 'withdraw_collateral', agent_id: 'POLE', amount: 500 },
    make: (simulation) => simulation.withdrawCollateral('POLE', 500),
  },
  {
    ...{ tick: 23, agent_id: 'POLE', tx_id: null },
    call: { call: 'update_agent_policy', agent_id: 'POLE', policy_json: JSON.stringify(HOLD, null, 2) },
    make: (simulation) => simulation.updateAgentPolicy('POLE', JSON.stringify(HOLD, null, 2)),
  },
  {
    ...{ tick: 25, agent_id: 'POLE', tx_id: HELD },
    call: { call: 'submit_transaction', ...order('POLE', 'AXIS', 700, 38) },
    make: (simulation) => simulation.submitTransaction(order('POLE', 'AXIS', 700, 38)),
  },
  {
    ...{ tick: 25, agent_id: 'AXIS', tx_id: 'T00000005' },
    call: { call: 'submit_transaction', ...order('AXIS', 'POLE', 1, 39), divisible: true },
    make: (simulation) => simulation.submitTransaction({ ...order('AXIS', 'POLE', 1, 39), divisible: true }),
  },
  {
    ...{ tick: 27, agent_id: 'POLE', tx_id: HELD },
    call: { call: 'resubmit_to_rtgs', tx_id: HELD, rtgs_priority: 'HighlyUrgent' },
    make: (simulation) => simulation.resubmitToRtgs(HELD, 'HighlyUrgent'),
  },
];
const RECORDS = CALLS.map(({ make: _, ...record }) => record);

describe('calls between ticks', () => {
  let database: SimCashDatabase;
  const scenario = changed('api-calls', { num_days: 2 });
  const makeCalls: RecordOptions['onTick'] = (_, simulation) => {
    for (const { make, tick } of CALLS) if (tick === simulation.currentTick) make(simulation);
  };
  const record = (id: string, options: RecordOptions = {}): Promise<unknown> =>
    recordSimulation(database, scenario, { id, onTick: makeCalls, ...options });

  beforeAll(async () => {
    database = await openDatabase();
    await record('x');
  });

  it('are rows in the order in which they were made', async () => {
    const rows = await database.query("SELECT * FROM simulation_calls WHERE simulation_id = 'x' ORDER BY call_seq");
    expect(rows.map(({ arguments: values, ...row }) => ({ ...row, arguments: JSON.parse(values as string) as unknown }))).toEqual(
      RECORDS.map(({ call: { call: call_type, ...values }, ...row }, call_seq) => ({
        simulation_id: 'x',
        call_seq,
        day: Math.floor(row.tick / 20),
        call_type,
        arguments: values,
        ...row,
      })),
    );
    expect(await getCalls(database, 'x')).toEqual(RECORDS);
    expect(await verifySimulation(database, 'x')).toEqual([]);
  });

  it('leave a mark in the log, each of them', async () => {
    const log = await storedLog(database, 'x');
    const lines = log.split('\n').slice(0, -1);
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const [event_type, tick, more] of [
      ['Arrival', 1, { tx_id: QUEUED }],
      ['RtgsWithdrawal', 3, { tx_id: QUEUED }],
      ['RtgsResubmission', 27, { tx_id: HELD, new_rtgs_priority: 'HighlyUrgent' }],
      ['CollateralPost', 5, { agent_id: 'POLE', amount: 2_000 }],
      ['CollateralWithdraw', 14, { agent_id: 'POLE', amount: 500 }],
      ['PolicyHold', 25, { tx_id: HELD }],
    ] as const)
      expect(events).toContainEqual(expect.objectContaining({ event_type, tick, ...more }));
  });

  it('are stored at every level', async () => {
    for (const level of ['EVENTS', 'SUMMARY'] as const) {
      await record(level, { level });
      expect(await getCalls(database, level), level).toEqual(RECORDS);
      expect(await verifySimulation(database, level), level).toEqual([]);
    }
  });

  it('are not stored when they are refused: they changed nothing', async () => {
    await record('refused', {
      onTick: ({ tick }, simulation) => {
        if (tick !== 2) return;
        expect(simulation.postCollateral('AXIS', 0).success).toBe(false);
        expect(simulation.withdrawCollateral('AXIS', 1e9).success).toBe(false);
        for (const call of [
          () => simulation.submitTransaction(order('AXIS', 'NOBODY', 5, 30)),
          () => simulation.withdrawFromRtgs('T00000099'),
          () => simulation.resubmitToRtgs('T00000099', 'Normal'),
          () => simulation.updateAgentPolicy('AXIS', '{"version": 1}'),
        ])
          expect(call).toThrow();
      },
    });
    await recordSimulation(database, scenario, { id: 'none' });
    expect(await getCalls(database, 'refused')).toEqual([]);
    expect(await diffRows(database, 'none', 'refused')).toEqual([]);
  });

  it('that replace a policy are the history of policies, and the policy of its day', async () => {
    const canonical = '{"payment_tree":{"action":"Hold","node_id":"a","type":"action"},"policy_id":"stop","version":"1.0"}';
    const snapshot = { snapshot_day: 1, snapshot_tick: 23, policy_hash: sha256(canonical), created_by: 'manual' };
    const history = await getAgentPolicyHistory(database, 'x', 'POLE');
    expect(history).toHaveLength(2);
    expect(history[0]).toMatchObject({ snapshot_day: 0, snapshot_tick: 0, created_by: 'init' });
    expect(history[1]).toEqual({ ...snapshot, policy_json: canonical });
    const [before, after] = [await getPolicyAtDay(database, 'x', 'POLE', 0), await getPolicyAtDay(database, 'x', 'POLE', 1)];
    expect(before).toMatchObject({ created_by: 'init', policy_hash: history[0]!.policy_hash });
    expect(after).toEqual({ ...snapshot, policy_config: HOLD });
    expect(await getPolicyAtDay(database, 'x', 'AXIS', 1)).toMatchObject({ snapshot_tick: 0, created_by: 'init' });
  });

  it('that replace one policy twice between two ticks leave the last one', async () => {
    const second = { ...HOLD, policy_id: 'second' };
    await record('twice', {
      onTick: ({ tick }, simulation) => {
        if (tick === 4) for (const policy of [HOLD, second]) simulation.updateAgentPolicy('POLE', JSON.stringify(policy));
      },
    });
    expect(await getCalls(database, 'twice')).toHaveLength(2);
    expect(await getAgentPolicyHistory(database, 'twice', 'POLE')).toHaveLength(2);
    expect(await getPolicyAtDay(database, 'twice', 'POLE', 0)).toMatchObject({ snapshot_tick: 5, policy_config: second });
  });

  it('are made again when the run is executed again, which gives the same log', async () => {
    const run = await openRun(database, 'x');
    expect(run.calls).toEqual(RECORDS);
    const stored = await storedLog(database, 'x');
    let log = '';
    const again = new Reexecution(run, { write: (batch) => (log += batch.toNdjson()) }).runTo(40);
    expect(again.currentTick).toBe(40);
    expect(firstDifference(log, stored)).toBeUndefined();
    expect(await verifyRun(database, run)).toEqual({ ticks: 40, events: stored.split('\n').length - 1, difference: null });
  });

  it('made with checkpoints on the way are there once when the run goes on from one of them', async () => {
    await record('whole', { checkpointEvery: 5 });
    await record('broken off', { checkpointEvery: 5, untilTick: 24 });
    const resume = await loadCheckpoint(database, 'broken off-cp10-auto');
    await record('broken off', { resume, checkpointEvery: 5 });
    expect(await getCalls(database, 'broken off')).toEqual(RECORDS);
    expect(await diffRows(database, 'whole', 'broken off')).toEqual([]);
    expect((await verifyRun(database, await openRun(database, 'broken off'))).difference).toBeNull();
  });

  it('are made again by the command, too', async () => {
    const file = path.join(temporaryDirectory(), 'a.duckdb');
    const writing = await SimCashDatabase.open(file);
    await recordSimulation(writing, scenario, { id: 'x', onTick: makeCalls });
    writing.close();
    expect(await output(['replay', 'x', '--db', file, '--verify'])).toMatch(/^x: \d+ events of 40 ticks are what executing /);
  });

  it.each(RECORDS.map(({ call, tick }, seq) => [seq, call.call, tick] as const))(
    'make verification fail when one of them is missing: call %i, %s',
    async (seq, _, tick) => {
      await database.execute('BEGIN');
      try {
        await database.execute("DELETE FROM simulation_calls WHERE simulation_id = 'x' AND call_seq = $1", [BigInt(seq)]);
        const calls = RECORDS.filter((record) => record.tick === tick).length;
        expect(await verifySimulation(database, 'x')).toContain(
          `tick_summaries.num_calls of tick ${tick} is ${calls}, simulation_calls give ${calls - 1}`,
        );
        const { difference } = await verifyRun(database, await openRun(database, 'x'));
        expect(difference).not.toBeNull();
        // A policy makes itself felt when it has something to decide.
        expect(difference!.tick).toBe(tick === 23 ? 25 : tick);
      } finally {
        await database.execute('ROLLBACK');
      }
    },
  );
});
