import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { output, QUIET_SCENARIO, scenarioFile, simcash, start, temporaryDirectory } from './support/simcash.js';

/** What is not accepted in silence, and with which words it is refused. */
const EXAMPLES = path.resolve(import.meta.dirname, '../../../docs/examples/experiments');

describe.concurrent('a file with a key that stands twice is refused with the place of the second', () => {
  it.each([
    ['s.yaml', 'simulation:\n  ticks_per_day: 4\n  ticks_per_day: 5\n', 's.yaml: not valid YAML: line 3, column 3'],
    ['s.json', '{"simulation": {"num_days": 1,\n "num_days": 2}}', 's.json: not valid JSON: line 2, column 2'],
  ])('%s', async (name, text, place) => {
    const cwd = temporaryDirectory({ [name]: text });
    const { code, stderr } = await simcash(['validate', name], { cwd });
    expect(code).toBe(3);
    expect(stderr).toContain(place);
    expect(stderr).toMatch(/the key '\w+' stands here a second time/);
  });

  it('also in a policy', async () => {
    const policy =
      '{"version": "1.0", "policy_id": "p", "policy_id": "q", "payment_tree": {"type": "action", "node_id": "n", "action": "Release"}}';
    const cwd = temporaryDirectory({ 's.yaml': QUIET_SCENARIO, 'p.json': policy });
    const { code, stderr } = await simcash(['run', 's.yaml', '--policy', 'A=p.json'], { cwd });
    expect(code).toBe(3);
    expect(stderr).toContain("p.json:1:38: the key 'policy_id' stands here a second time in one object");
  });
});

describe.concurrent('what has no effect is said', () => {
  it('an event after the end of the run', async () => {
    const cwd = temporaryDirectory({ 's.yaml': QUIET_SCENARIO.replace('tick: 1', 'tick: 99') });
    const { code, stderr } = await simcash(['run', 's.yaml'], { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: s\.yaml:\d+:\d+: .*99/m);
  });

  it('a filter for a payment that never came up', async () => {
    const { code, stderr } = await simcash(['run', scenarioFile('rtgs-two-banks'), '--jsonl', 'events', '--tx', 'T99999999']);
    expect(code).toBe(0);
    expect(stderr).toContain('warning: --tx T99999999: no event of this run is about such a payment');
  });

  it('equal warnings once, with their number and the first places', async () => {
    const banks = Array.from(
      { length: 300 },
      (_, i) => `  - {id: B${i}, opening_balance: 1, liquidity_allocation_fraction: 0.5}\n`,
    ).join('');
    const cwd = temporaryDirectory({ 's.yaml': `simulation: {ticks_per_day: 1, num_days: 1, rng_seed: 1}\nagents:\n${banks}` });
    const { stderr } = await simcash(['run', 's.yaml'], { cwd });
    const warnings = stderr
      .trimEnd()
      .split('\n')
      .filter((line) => line.includes('liquidity_pool'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/the same 299 times more: s\.yaml:\d+:\d+, s\.yaml:\d+:\d+, …\)$/);
  });
});

describe.concurrent('a refusal', () => {
  it('of an end after the end', async () => {
    const { code, stderr } = await simcash(['run', scenarioFile('rtgs-two-banks'), '--until-tick', '1000']);
    expect(code).toBe(2);
    expect(stderr).toContain('--until-tick 1000 lies after the end: the run has 24 ticks');
  });

  it('quotes no more than the beginning of a long text', async () => {
    const cwd = temporaryDirectory({
      's.yaml': 'x'.repeat(1_000_000),
      'b.yaml': readFileSync(process.execPath).subarray(0, 50_000).toString('latin1'),
    });
    for (const file of ['s.yaml', 'b.yaml']) {
      const { code, stderr } = await simcash(['validate', file], { cwd });
      expect(code).toBe(3);
      expect(stderr.length).toBeLessThan(500);
      // oxlint-disable-next-line no-control-regex -- these are what must not be there
      expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }
  });

  it.each([
    ['--db-path', 'the database is named with --db PATH'],
    ['--simulation-id', 'a run is named with --id ID'],
    ['--persist', 'a run is stored with --save'],
    ['--full-replay', 'everything is stored with --save'],
    ['--config', 'the scenario file stands without an option'],
  ])('of %s, which users of the original know, says what does the same here', async (option, hint) => {
    const { code, stderr } = await simcash(['run', scenarioFile('rtgs-two-banks'), option, 'x']);
    expect(code).toBe(2);
    expect(stderr).toContain(hint);
  });

  it('of a game that nobody asked for: other parameters, or no liquidity pools', async () => {
    const text = readFileSync(path.join(EXAMPLES, 'exp1.yaml'), 'utf8').replace('scenario: scenarios/', 'scenario: ');
    const scenario = readFileSync(path.join(EXAMPLES, 'scenarios/two-period.yaml'), 'utf8');
    const cwd = temporaryDirectory({
      'other.yaml': text.replaceAll('initial_liquidity_fraction', 'urgency'),
      'poor.yaml': text.replace('two-period.yaml', 'poor-scenario.yaml'),
      'two-period.yaml': scenario,
      'poor-scenario.yaml': scenario.replace(/^.*liquidity_pool: .*\n/gm, ''),
    });
    for (const [file, said] of [
      ['other.yaml', /other\.yaml: .*BANK_A: its policy does not use urgency/],
      ['poor.yaml', /BANK_A: has no liquidity_pool: there is nothing to choose a share of/],
    ] as const) {
      const { code, stderr } = await simcash(['experiment', 'equilibrium', file], { cwd });
      expect(code).toBeGreaterThan(0);
      expect(stderr).toMatch(said);
    }
  });
});

it('a reader who goes away ends no command with a stack trace', async () => {
  for (const args of [
    ['run', '--help'],
    ['nonsense', '--help'],
    ['run', scenarioFile('mixed-five-days'), '--jsonl', 'events'],
  ]) {
    const command = start(args);
    command.hangUp();
    const { stderr } = await command.finished;
    expect(stderr).not.toMatch(/EPIPE|at .*\(node:|internal error/);
  }
});

it('db list is db simulations', async () => {
  const cwd = temporaryDirectory({ 's.yaml': QUIET_SCENARIO });
  await simcash(['run', 's.yaml', '--save', '--id', 'x', '-q'], { cwd });
  const [a, b] = await Promise.all([simcash(['db', 'list'], { cwd }), simcash(['db', 'simulations'], { cwd })]);
  expect(a).toEqual(b);
  expect(a!.stdout).toContain('x ');
});

it('explain says why a payment waits', async () => {
  const cwd = temporaryDirectory({ 's.yaml': QUIET_SCENARIO.replace('amount: 100', 'amount: 5000') });
  await simcash(['run', 's.yaml', '--save', '--id', 'x', '-q'], { cwd });
  const { stdout } = await simcash(['explain', 'x', 'T00000001'], { cwd });
  expect(stdout).toContain('T00000001: A → B 50.00 waits in the central queue at the end of tick 3');
  expect(stdout).toContain('10.00 available (balance 10.00), 40.00 short');
  const { stdout: document } = await simcash(['explain', 'x', 'T00000001', '--tick', '2', '--json'], { cwd });
  expect(JSON.parse(document)).toMatchObject({ tick: 2, wait: { position: 0, shortfall: 4000, causes: ['liquidity'] } });
  const { code } = await simcash(['explain', 'x', 'T7'], { cwd });
  expect(code).toBe(4);
});

it('money is written in cents where that is asked for, and the same elsewhere', async () => {
  const cwd = temporaryDirectory({ 's.yaml': QUIET_SCENARIO.replace(/opening_balance: \d+/, 'opening_balance: 123456789') });
  const lines = (await output(['run', 's.yaml', '--save', '--id', 'x', '--units', 'cents'], { cwd })).split('\n');
  expect(lines.find((line) => line.startsWith('A '))).toMatch(/123,\d{3},\d{3}/);
  const bank = (...options: string[]): Promise<string> => output(['bank', 'x', 'A', ...options], { cwd });
  expect(await bank()).toMatch(/1,23\d,\d{3}\.\d\d/);
  expect(await bank('--units', 'cents')).toMatch(/123,\d{3},\d{3}/);
  expect(await bank('--units', 'cents', '--json')).toBe(await bank('--json'));
});
