import path from 'node:path';
import { readScenario, Simulation, type Scenario } from '@simcash/engine';
import { resolveTables } from '@simcash/payments';
import { diffRows, SimCashDatabase, verifySimulation } from '@simcash/persistence';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../apps/cli/test/support/simcash.js';
import { openRun, readSheet, recordSimulation, storedIndicators, verifyRun } from '../src/index.js';

const databases: SimCashDatabase[] = [];
afterAll(() => databases.forEach((database) => database.close()));

async function openDatabase(): Promise<SimCashDatabase> {
  const database = await SimCashDatabase.open(path.join(temporaryDirectory(), 'a.duckdb'));
  databases.push(database);
  return database;
}

const ACCOUNTS = `bank,day,opening_balance,unsecured_cap,posted_collateral,collateral_haircut,liquidity_pool
A,,100.00,,50.00,0.1,
B,1,10.00,5.00,20.00,0.5,
A,1,,,80.00,,40.00
A,2,0.00,,0.00,0.2,
C,2,-3.00,50.00,,,
`;
const LIMITS = `bank,counterparty,limit,day
A,B,30.00,
A,,60.00,1
A,B,,2
`;

/** Three days of six ticks; every bank pays the next one a few times a day. */
function scenario(): Scenario {
  const { document } = resolveTables(
    {
      simulation: { num_days: 3, ticks_per_day: 6, rng_seed: 7 },
      agents: ['A', 'B', 'C'].map((id, i, all) => ({
        id,
        opening_balance: 2000,
        unsecured_cap: 500,
        liquidity_pool: 1000,
        liquidity_allocation_fraction: 0.5,
        policy: { type: 'Fifo' },
        arrival_config: {
          rate_per_tick: 0.9,
          amount_distribution: { type: 'Uniform', min: 100, max: 2500 },
          counterparty_weights: { [all[(i + 1) % 3]!]: 1, [all[(i + 2) % 3]!]: 0.5 },
          deadline_range: [2, 8],
        },
      })),
      scenario_events: [{ type: 'CollateralAdjustment', agent: 'B', delta: 150, schedule: { type: 'OneTime', tick: 6 } }],
      accounts: { file: 'accounts.csv' },
      limits: { file: 'limits.csv' },
    },
    (file) => [Buffer.from(file === 'accounts.csv' ? ACCOUNTS : LIMITS)],
  );
  return readScenario(document);
}

describe('accounts and limits that change by day', () => {
  it('are set before the pools of the day, banks by id, each with an event', () => {
    const simulation = Simulation.create(scenario());
    simulation.run();
    const log = [...simulation.events].filter(({ tick }) => tick === 6 || tick === 12);
    const set = log.filter(({ event_type }) => event_type === 'AccountAdjustment' || event_type === 'LiquidityAllocation');
    expect(set.map((event) => `${event.tick} ${event.event_type} ${(event as { agent_id: string }).agent_id}`)).toEqual([
      '6 AccountAdjustment A',
      '6 AccountAdjustment B',
      ...['A', 'B', 'C'].map((bank) => `6 LiquidityAllocation ${bank}`),
      '12 AccountAdjustment A',
      '12 AccountAdjustment C',
      ...['A', 'B', 'C'].map((bank) => `12 LiquidityAllocation ${bank}`),
    ]);
    expect(set[1]).toMatchObject({
      balance_after: 1000,
      unsecured_cap_after: 500,
      posted_collateral_after: 2000,
      collateral_haircut_after: 0.5,
    });
    expect(set[2]).toMatchObject({ amount: 2000 });
    expect(set[5]).toMatchObject({ balance_after: 0, posted_collateral_after: 0, collateral_haircut_after: 0.2 });
    expect(set[6]).toMatchObject({ balance_after: -300, unsecured_cap_after: 5000 });
  });

  it('move the sum of all balances by what was set, and by nothing else but pools', () => {
    const simulation = Simulation.create(scenario());
    const sum = (): number => simulation.agents().reduce((total, agent) => total + agent.balance, 0);
    // What banks bring in on day 0 they have before the first tick.
    simulation.tick();
    let before = sum();
    for (let tick = 1; tick < 18; tick++) {
      simulation.tick();
      const moved = [...simulation.events]
        .filter((event) => event.tick === tick)
        .reduce((total, event) => {
          if (event.event_type === 'AccountAdjustment') return total + event.balance_delta;
          if (event.event_type === 'LiquidityAllocation') return total + event.amount;
          return event.event_type === 'LiquidityReturn' ? total - event.amount : total;
        }, 0);
      expect(sum() - before).toBe(moved);
      before = sum();
    }
  });

  it('go on from a snapshot before any tick', () => {
    const whole = Simulation.create(scenario());
    whole.run();
    let simulation = Simulation.create(scenario());
    let log = '';
    while (simulation.currentTick < simulation.totalTicks) {
      simulation.tick();
      log += simulation.events.toNdjson();
      simulation = Simulation.restore(scenario(), simulation.snapshot());
    }
    expect(log).toBe(whole.events.toNdjson());
  });

  it('are stored, add up, are executed again, and resumed', async () => {
    const database = await openDatabase();
    await recordSimulation(database, scenario(), { id: 'whole' });
    expect(await verifySimulation(database, 'whole')).toEqual([]);
    expect((await verifyRun(database, await openRun(database, 'whole'))).difference).toBeNull();
    await recordSimulation(database, scenario(), { id: 'part', untilTick: 9, checkpointEvery: 9 });
    const { loadCheckpoint } = await import('@simcash/persistence');
    await recordSimulation(database, scenario(), { resume: await loadCheckpoint(database, 'latest', 'part') });
    const rest = (await diffRows(database, 'whole', 'part')).filter(({ table }) => table !== 'simulation_checkpoints');
    expect(rest).toEqual([]);
  });

  it('have the same indicators in the sheet and in the views, and the credit that the engine gives', async () => {
    const database = await openDatabase();
    await recordSimulation(database, scenario(), { id: 'a' });
    const sheet = readSheet(await storedIndicators(database, await openRun(database, 'a')));
    const days = await database.query<Record<string, number>>(
      "SELECT * FROM v_bank_days WHERE simulation_id = 'a' ORDER BY encode(agent_id), day",
    );
    expect(days).toHaveLength(9);
    days.forEach((row, i) => {
      const own = sheet.bank_days[i] as unknown as Record<string, number>;
      const shared = Object.keys(row).filter((name) => name in own && typeof own[name] === 'number');
      expect(shared.length).toBeGreaterThan(15);
      for (const name of shared) expect(row[name], `${name} of row ${i}`).toBeCloseTo(own[name]!, 9);
    });
    // What accounts set is what the day opens with (spec 14 §6).
    const openings = sheet.bank_days.map(({ bank, credit_line, day, opening_balance }) => [
      bank,
      day,
      opening_balance,
      credit_line,
    ]);
    expect(openings).toContainEqual(['B', 1, 1000, 1500]);
    expect(openings).toContainEqual(['A', 2, 0, 500]);
    expect(openings).toContainEqual(['C', 2, -300, 5000]);
    const wrong = await database.query(
      `SELECT tick, agent_id, v.credit_limit, t.allowed_overdraft FROM v_bank_ticks v JOIN tick_agent_states t USING (simulation_id, agent_id, tick)
       WHERE v.credit_limit <> t.allowed_overdraft`,
    );
    expect(wrong).toEqual([]);
  });
});
