/**
 * Makes the figures of docs/guide/statistics.md: how often what is accepted is worse, how often intervals hold the mean, how often a
 * race finds the best candidate (spec 17 §25). Plays 20,000 days of experiment 2 and draws from them with replacement.
 *
 *   node docs/scripts/statistics-evidence.mjs          about three minutes; prints the table
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readScenarioText, simulationRunner } from '@simcash/engine';
import {
  daySeed,
  forScenario,
  InProcessExecutor,
  createOptimizer,
  initialPolicies,
  MemoryExperimentStore,
  pairedTest,
  parseExperiment,
  race,
  runExperiment,
  skewInterval,
} from '@simcash/experiments';
import { Xorshift64Star } from '@simcash/random';
import { createHost } from '@simcash/runs/experiments';

const EXAMPLES = path.resolve(import.meta.dirname, '../examples/experiments');
const document = (file) => {
  const { document: found } = readScenarioText(readFileSync(path.join(EXAMPLES, file), 'utf8'));
  return JSON.parse(JSON.stringify(found, (_, value) => (typeof value === 'bigint' ? Number(value) : value)));
};
const scenario = document('scenarios/twelve-period.yaml');
const GRID = Array.from({ length: 21 }, (_, i) => i / 20);
/** Shares near the best one, which differ by about one percent. */
const SHARES = [0.08, 0.09, 0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 0.18, 0.19, 0.2, 0.22, 0.25, 0.3];
const DAYS = 20_000;

/** Costs of BANK_A by share and day; what BANK_B does matters to shares below 0.08 only. */
function play(shares) {
  const policyAt = (share) => ({
    version: '2.0',
    policy_id: 'release',
    parameters: { initial_liquidity_fraction: share },
    payment_tree: { type: 'action', node_id: 'r', action: 'Release' },
  });
  const variant = (share) => ({
    policy: { type: 'InlineJson', json_string: JSON.stringify(policyAt(share)) },
    liquidity_allocation_fraction: share,
  });
  const draws = Array.from({ length: DAYS }, (_, r) => ({
    seed: daySeed('evidence', 'test', [], r),
    payments: [],
    settlements: [],
  }));
  const agents = scenario.agents.map((agent) => ({ ...agent, ...variant(0.15) }));
  return shares.map((share) => {
    const [outcomes] = simulationRunner.runBatch({
      scenario: { ...scenario, agents },
      ticks: 12,
      agent_id: 'BANK_A',
      report: ['BANK_A'],
      variants: [variant(share)],
      draws,
    });
    return outcomes.map(({ agents: { BANK_A } }) => BANK_A.run.total_cost);
  });
}

const costs = play(SHARES);
const grid = play(GRID);
const truth = costs.map((days) => days.reduce((sum, cost) => sum + cost, 0) / DAYS);
const rng = new Xorshift64Star(17n);
const sample = (n) => Array.from({ length: n }, () => rng.range(0, DAYS));
const at = (share, days) => days.map((day) => costs[SHARES.indexOf(share)][day]);
const percent = (count, of) => `${((100 * count) / of).toFixed(1)} %`;
const rows = [];
const row = (question, asked, found) => rows.push([question, asked, found]);

let accepted = 0;
for (let k = 0; k < 2000; k++) {
  const days = sample(200);
  if (pairedTest(at(0.15, days), at(0.1, days)).better) accepted++;
}
row('a worse share (0.15 → 0.10) accepted on 200 days, of 2,000 tests', 'at most 5 %', percent(accepted, 2000));

for (const share of [0.1, 0.12, 0.13, 0.14, 0.15]) {
  let holds = 0;
  for (let k = 0; k < 2000; k++) {
    const { lower, upper } = skewInterval(at(share, sample(2000)));
    if (lower <= truth[SHARES.indexOf(share)] && truth[SHARES.indexOf(share)] <= upper) holds++;
  }
  row(`95 % intervals over 2,000 days that hold the mean, share ${share}`, '93 … 97 %', percent(holds, 2000));
}

/** Races on 1,000 days against the full grid on the same days: how often they agree, what they cost, what they lose. */
function races(table) {
  let [same, used, lost] = [0, 0, 0];
  for (let k = 0; k < 200; k++) {
    const days = sample(1000);
    const totals = table.map((own) => days.reduce((sum, day) => sum + own[day], 0));
    const { evaluations, winner } = race({ costs: days.map((day) => table.map((own) => own[day])) });
    const least = Math.min(...totals);
    if (totals[winner] === least) same++;
    used += evaluations;
    lost += totals[winner] / least - 1;
  }
  return { same: percent(same, 200), used: percent(used, 200 * 1000 * table.length), lost: percent(lost, 200) };
}
const [coarse, fine] = [races(grid), races(costs)];
row('races of 21 shares by 0.05 that find the winner of the full grid, of 200', 'at least 95 %', coarse.same);
row('their simulations, of those of the full grid', 'at most 30 %', coarse.used);
row('the same for sixteen shares that differ by about 1 %', '', fine.same);
row('by how much their winner costs more than that of the full grid, on average', '', fine.lost);

let [moves, worse] = [0, 0];
for (const start of [0.15, 0.3])
  for (let k = 0; k < 150; k++) {
    let [place, tests] = [SHARES.indexOf(start), 0];
    for (let quiet = 0; quiet < 5;) {
      const days = sample(1000);
      const { winner } = race({ costs: days.map((day) => SHARES.map((_, s) => costs[s][day])), incumbent: place });
      const fresh = sample(2000);
      tests++;
      const alpha = 0.05 / (tests * (tests + 1));
      if (winner !== place && pairedTest(at(SHARES[place], fresh), at(SHARES[winner], fresh), { alpha }).better) {
        moves++;
        if (truth[winner] > truth[place]) worse++;
        [place, tests, quiet] = [winner, 0, 0];
      } else {
        if (winner === place) tests--;
        quiet++;
      }
    }
  }
row(`accepted moves that are truly worse, of ${moves} in 300 runs from 0.15 and 0.30`, 'at most 5 %', percent(worse, moves));

let inside = 0;
for (let seed = 1; seed <= 20; seed++) {
  const file = parseExperiment({ ...document('exp2.yaml'), master_seed: seed, output: null }).definition;
  const { definition } = forScenario({ ...file, convergence: { ...file.convergence, certificate: false } }, scenario);
  const unused = () => {
    throw new Error('not used');
  };
  const store = new MemoryExperimentStore();
  const run = runExperiment({
    runId: `s${seed}`,
    definition,
    config: {},
    scenarioPath: '',
    scenario,
    initial: initialPolicies(definition, scenario, unused),
    optimizer: await createOptimizer(definition, { loadRun: unused, llm: unused }),
    host: createHost(new InProcessExecutor(simulationRunner), null),
    store,
  });
  for await (const _ of run);
  const { policies } = (await store.load(`s${seed}`)).iterations.at(-1);
  const shares = Object.values(policies).map(({ parameters }) => parameters.initial_liquidity_fraction);
  if (shares.every((share) => share >= 0.12 && share <= 0.16)) inside++;
}
row('runs of exp2.yaml that end with both banks in 0.12 … 0.16, of 20 seeds', 'at least 18', String(inside));

const head = ['Question', 'Asked for', 'Found'];
const line = (cells) => `| ${cells.join(' | ')} |`;
console.log([line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'));
