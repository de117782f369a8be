import { cpSync, appendFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { query } from './support/database.js';
import { REPOSITORY, simcash, temporaryDirectory, type Outcome } from './support/simcash.js';

/** Guidelines for throughput, of the scenario and of the command line (spec 14 §8). */

interface Row {
  by: string | number;
  bank: string | null;
  mean_share: number;
  shortfall_value: number;
}

let cwd = '';
const indicators = (...args: string[]): Promise<Outcome> => simcash(['indicators', ...args], { cwd });
async function rowsOf(...args: string[]): Promise<Row[]> {
  const { stdout } = await indicators(...args, '--json');
  return (JSON.parse(stdout) as { runs: { guidelines: Row[] }[] }).runs[0]!.guidelines;
}

beforeAll(async () => {
  cwd = temporaryDirectory();
  cpSync(path.join(REPOSITORY, 'docs/examples/scenarios/payment-list'), cwd, { recursive: true });
  await simcash(['run', 'scenario.yaml', '--save', '--id', 'plain', '-q'], { cwd });
  appendFileSync(
    path.join(cwd, 'scenario.yaml'),
    '\nthroughput_guidelines: [{ by: "12:00", share: 0.5 }, { by: "14:30", share: 0.75 }]\n',
  );
  expect((await simcash(['run', 'scenario.yaml', '--save', '--id', 'judged', '-q'], { cwd })).stderr).toBe('');
});

describe('guidelines', () => {
  it('are no part of the configuration', async () => {
    const runs = await query(path.join(cwd, 'simcash.duckdb'), 'SELECT DISTINCT config_hash, event_log_hash FROM simulations');
    expect(runs).toHaveLength(1);
    expect((await simcash(['db', 'verify'], { cwd })).code).toBe(0);
    expect((await simcash(['replay', 'judged', '--verify'], { cwd })).code).toBe(0);
  });

  it('are judged by bank as the view says, those of the scenario and the same on the command line', async () => {
    const rows = await rowsOf('judged', '--by', 'guideline');
    expect(rows.map(({ bank, by }) => [by, bank])).toEqual(
      ['12:00', '14:30'].flatMap((by) => [null, 'HANSE', 'NORD', 'SPAR'].map((bank) => [by, bank])),
    );
    expect(await rowsOf('plain', '--by', 'guideline', '--guideline', '0.5@12:00', '--guideline', '0.75@14:30')).toEqual(rows);
    // 12:00 is the beginning of tick 30 of days that open at 7; one of them closes at 14:00.
    const shares = await query(
      path.join(cwd, 'simcash.duckdb'),
      `SELECT agent_id, avg(s) AS mean FROM (SELECT agent_id, day, max(share_cum) FILTER (WHERE tick_of_day <= 30) AS s
         FROM v_throughput WHERE simulation_id = 'plain' GROUP BY ALL) GROUP BY agent_id ORDER BY agent_id`,
    );
    const means = rows.slice(1, 4).map(({ mean_share }) => mean_share);
    shares.forEach(({ mean }, i) => expect(means[i]).toBeCloseTo(mean as number, 12));
  });

  it('are told in a line each, as CSV, of one bank, and of what was due', async () => {
    const { stdout } = await indicators('judged');
    expect(stdout).toMatch(/\nGuidelines {5}50\.00 % by 12:00: system 48\.61 %, met by 1 of 3 banks; 30,714\.30 lacked\n/);
    expect((await indicators('plain')).stdout).not.toContain('Guidelines');
    const csv = await indicators('judged', '--by', 'guideline', '--bank', 'NORD', '--csv');
    expect(csv.stdout.split('\n')[0]).toBe('simulation_id,by,share,bank,days,mean_share,days_met,met,shortfall_value');
    expect(csv.stdout.trim().split('\n')).toHaveLength(3);
    const due = await rowsOf('judged', '--by', 'guideline', '--of', 'due');
    const [value] = await query(
      path.join(cwd, 'simcash.duckdb'),
      `WITH b AS (SELECT sum(value_due) AS v FROM v_pair_flows WHERE simulation_id = 'judged' GROUP BY sender_id)
       SELECT (sum(v * v) / (sum(v) * sum(v)))::DOUBLE AS hhi FROM b`,
    );
    const { stdout: json } = await indicators('judged', '--of', 'due', '--json');
    const [run] = (JSON.parse(json) as { runs: { concentration_due: { hhi_sent: number } }[] }).runs;
    expect(run!.concentration_due.hhi_sent).toBeCloseTo(value!.hhi as number, 12);
    expect((await indicators('judged', '--of', 'due')).stdout).toMatch(/\nConcentration {2}of value due: HHI /);
    expect(due[0]!.mean_share).not.toBe((await rowsOf('judged', '--by', 'guideline'))[0]!.mean_share);
  });

  it.each([
    [['plain', '--by', 'guideline'], /plain has no guidelines/],
    [['plain', '--guideline', 'half'], /--guideline needs SHARE@TIME/],
    [['plain', '--guideline', '0@12:00'], /--guideline needs SHARE@TIME/],
    [['plain', '--guideline', '1.5@12:00'], /--guideline needs SHARE@TIME/],
    [['plain', '--guideline', '0.5@66'], /66 is no tick of a day: a day has 66, from 0/],
    [['plain', '--guideline', '0.5@noon'], /noon is neither a time of day, as 12:00, nor a tick/],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await indicators(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it.each([
    ['{by: "25:99", share: 0.5}', /expected a time of day|no time of day/],
    ['{by: "12:00", share: 1.5}', /share/],
    ['{by: 66, share: 0.5}', /a day has 66 ticks, from 0/],
    ['{by: "12:00", share: 0.5, bank: NORD}', /bank/],
  ])('%s in a scenario is refused', async (guideline, message) => {
    const { code, stderr } = await simcash(['run', 'scenario.yaml', '--set', `throughput_guidelines=[${guideline}]`], {
      cwd,
    });
    expect([2, 3]).toContain(code);
    expect(stderr).toMatch(message);
  });
});
