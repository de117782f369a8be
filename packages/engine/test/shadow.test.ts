import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { nameOf, readPayments } from '@simcash/payments';
import { describe, expect, it } from 'vitest';
import { readScenario, readScenarioText, Simulation } from '../src/index.js';

/** Golden runs whose payments come from a list: the same log, with number and reference in every `Arrival` (spec 13 §12.1, §20). */

const DIRECTORY = path.join(import.meta.dirname, 'reference/shadow');

function load(name: string) {
  const file = (part: string): Buffer => readFileSync(path.join(DIRECTORY, name, part));
  const { document } = readScenarioText(file('scenario.yaml').toString('utf8'));
  const read = readPayments(document as Record<string, unknown>, (source) => ({ bytes: [file(nameOf(source))] }))!;
  const readPolicy = (policy: string): string => readFileSync(path.join(DIRECTORY, '..', 'scenarios', policy), 'utf8');
  return readScenario(read.document, { exactIntegers: true, readPolicy, payments: read.dataSet });
}

const expected = (name: string): string =>
  gunzipSync(readFileSync(path.join(DIRECTORY, name, 'expected.ndjson.gz'))).toString('utf8');

describe.each(readdirSync(DIRECTORY))('%s', (name) => {
  const scenario = load(name);

  it('has the log of the golden run', () => {
    const simulation = Simulation.create(scenario);
    simulation.run();
    expect(simulation.events.toNdjson()).toBe(expected(name));
  });

  it('goes on after any tick as if it had never been stopped', () => {
    let simulation = Simulation.create(scenario);
    let log = '';
    while (simulation.currentTick < simulation.totalTicks) {
      simulation.tick();
      log += simulation.events.toNdjson();
      simulation = Simulation.restore(scenario, simulation.snapshot());
    }
    expect(log).toBe(expected(name));
  });
});
