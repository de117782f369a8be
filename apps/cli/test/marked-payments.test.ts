import { beforeAll, describe, expect, it } from 'vitest';
import { simcash, temporaryDirectory, type Outcome } from './support/simcash.js';

/** What only a list can say: which payments must settle in time, and whose customers they are for (spec 14 §7, §11). */

// A has 100.00 and pays 60.00 and 30.00 in time; the other 80.00 wait for what B sends in tick 3, after their deadlines.
const LIST = `external_ref,tick,sender,receiver,amount,deadline,time_critical,on_behalf_of,priority
a,0,A,B,60.00,2,yes,CUST1,9
b,0,A,B,30.00,2,no,CUST2,5
c,1,A,B,50.00,2,yes,CUST1,5
d,1,A,B,30.00,2,no,,9
e,3,B,A,20.00,7,no,,5
f,4,A,B,70.00,5,yes,CUST3,5
`;
const SCENARIO = `simulation: {num_days: 1, ticks_per_day: 8, rng_seed: 1}
agents:
  - {id: A, opening_balance: 10000, policy: {type: Fifo}}
  - {id: B, opening_balance: 2000, policy: {type: Fifo}}
payments: {file: pay.csv}
`;

interface Row {
  bank: string;
  [key: string]: unknown;
}

let cwd = '';
const indicators = (...args: string[]): Promise<Outcome> => simcash(['indicators', 'x', ...args], { cwd });
async function sheet(
  ...args: string[]
): Promise<{ system: { deadlines: Record<string, unknown> }; banks: Row[]; bcbs248: Row[] }> {
  const { stdout } = await indicators('--json', ...args);
  return (JSON.parse(stdout) as { runs: [never] }).runs[0];
}

beforeAll(async () => {
  cwd = temporaryDirectory({ 'pay.csv': LIST, 's.yaml': SCENARIO });
  await simcash(['run', 's.yaml', '--save', '--id', 'x', '-q'], { cwd });
});

describe('marks of a list', () => {
  it('are obligations that were met or missed, by bank and of the system', async () => {
    const { banks, bcbs248, system } = await sheet();
    const obligations = { a4_due_number: 3, a4_due: 18_000, a4_missed_number: 2, a4_missed: 12_000 };
    expect(banks[0]).toMatchObject(obligations);
    expect(bcbs248[0]).toMatchObject(obligations);
    expect(banks[1]).toMatchObject({ a4_due_number: 0, a4_due: 0, a4_missed_number: 0, a4_missed: 0 });
    expect(system.deadlines.time_critical).toMatchObject({ on_time: { count: 1, value: 6000 }, on_time_share_value: 1 / 3 });
  });

  it('are customers, by what was sent for them', async () => {
    const { bcbs248 } = await sheet();
    expect(bcbs248[0]).toMatchObject({
      b1_value: 9000,
      b1_customers: [
        { on_behalf_of: 'CUST1', value: 6000 },
        { on_behalf_of: 'CUST2', value: 3000 },
        { on_behalf_of: 'CUST3', value: 0 },
      ],
    });
    expect(bcbs248[1]).toMatchObject({ b1_value: 0, b1_customers: [] });
  });

  it('are told in words', async () => {
    const { stdout } = await indicators('--section', 'bcbs248', '--bank', 'A');
    expect(stdout).toMatch(/A\(iv\) time-specific obligations +due 180\.00 in 3 payments, missed 120\.00 in 2\n/);
    expect(stdout).toMatch(/B\(i\) payments on behalf of customers +90\.00: CUST1 60\.00, CUST2 30\.00, CUST3 0\.00\n/);
    expect((await indicators()).stdout).toMatch(/\n +time-critical: on time 33\.33 % of payments, 33\.33 % of value/);
  });

  it('may be replaced by the urgent band, which is said', async () => {
    const { stdout } = await indicators('--section', 'bcbs248', '--bank', 'A', '--time-critical', 'urgent');
    expect(stdout).toMatch(/A\(iv\) .* due 90\.00 in 2 payments, missed 30\.00 in 1 \(priorities 8 to 10\)\n/);
  });

  it('change nothing of what is stored', async () => {
    expect((await simcash(['db', 'verify'], { cwd })).code).toBe(0);
  });

  it('are counted when a scenario is checked', async () => {
    expect((await simcash(['validate', 's.yaml'], { cwd })).stdout).toBe('s.yaml: valid, 2 agents, 6 of 6 rows of payments\n');
  });
});
