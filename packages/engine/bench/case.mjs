/** Measures one case in a process of its own: `node case.mjs NAME time [RUNS]` or `node --expose-gc case.mjs NAME memory`. Prints JSON. */
import { CASES } from './cases.mjs';
import { measureMemory, measureTime } from './measure.mjs';
import { measureEvaluations } from './policies.mjs';

const [name, what, runs] = process.argv.slice(2);
const chosen = CASES.find((one) => one.name === name);
const scenario = chosen.scenario();
process.stdout.write(JSON.stringify(what === 'memory' ? measureMemory(scenario) : time()));

function time() {
  const { evaluations, expectedEvents, reference, warmUpTicks } = chosen;
  const result = measureTime({ scenario, runs: Number(runs ?? chosen.runs), warmUpTicks, expectedEvents });
  return {
    ...result,
    ...(reference ? { reference_seconds: reference, speed_up: reference / result.seconds.median } : {}),
    ...(evaluations ? { evaluations: measureEvaluations(scenario, runs === undefined ? runs : Number(runs)) } : {}),
  };
}
