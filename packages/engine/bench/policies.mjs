import { readFileSync } from 'node:fs';
import { Simulation } from '../dist/index.js';
import { decide, decideWithPath } from '../dist/policy/compile.js';
import { restoreWorld } from '../dist/snapshot/restore.js';
import { NONE } from '../dist/payments/payments.js';
import { median } from './measure.mjs';
import { target2Scenario } from './target2.mjs';

/** The largest policies of the library. */
const POLICIES = [
  'sophisticated_adaptive_bank',
  'memory_driven_strategist',
  'smart_budget_manager',
  'smart_splitter',
  'efficient_memory_adaptive',
];
const REPETITIONS = 7;
const MILLISECONDS = 200;

/** 200 banks with the largest policies of the library, in turn, and payments of the size these policies are made for. */
export function policyScenario({ seed }) {
  const scenario = target2Scenario({ seed, banks: 200, payments: 20_000, ticks: 200, meanAmount: 500_000 });
  const texts = POLICIES.map((name) =>
    readFileSync(new URL(`../../../docs/examples/policies/${name}.json`, import.meta.url), 'utf8'),
  );
  const agents = scenario.agents.map((agent, b) => ({
    ...agent,
    policy: { type: 'InlineJson', json_string: texts[b % texts.length] },
    liquidity_pool: agent.opening_balance,
    unsecured_cap: agent.unsecured_cap || Math.round(agent.opening_balance / 4),
  }));
  return { ...scenario, agents };
}

/** Nanoseconds for one evaluation of each policy's payment tree, over the payments that wait in the middle of the day. */
export function measureEvaluations(scenario, repetitions = REPETITIONS) {
  const simulation = Simulation.create(scenario, { history: 'release' });
  simulation.run({ untilTick: simulation.totalTicks / 2 });
  const world = restoreWorld(simulation.config, simulation.snapshot(), () => {});
  return Object.fromEntries(POLICIES.map((name, i) => [name, measureTree(world, (b) => b % POLICIES.length === i, repetitions)]));
}

function measureTree(world, isOneOfThem, repetitions) {
  const { banks, context, policies, queue1 } = world;
  const waiting = [];
  for (let b = 0; b < banks.count; b++) {
    if (!isOneOfThem(b)) continue;
    for (let p = queue1.first(b); p !== NONE; p = queue1.after(p))
      waiting.push({ bank: b, payment: p, tree: policies.of(b).paymentTree });
  }
  if (waiting.length === 0) return null;
  let conditions = 0;
  for (const { bank, payment, tree } of waiting) {
    conditions += decideWithPath(tree, context.lookAt(bank, payment)).path.split('→').length - 1;
  }
  const evaluateAll = () => {
    for (const { bank, payment, tree } of waiting) decide(tree, context.lookAt(bank, payment));
  };
  const nanoseconds = [];
  for (let i = 0; i < repetitions; i++) {
    const began = performance.now();
    let rounds = 0;
    for (; performance.now() - began < MILLISECONDS; rounds++) evaluateAll();
    nanoseconds.push(((performance.now() - began) * 1e6) / (rounds * waiting.length));
  }
  return { nanoseconds: median(nanoseconds), conditions: conditions / waiting.length, payments: waiting.length };
}
