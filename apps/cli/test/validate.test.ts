import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  output,
  policyFile,
  QUIET_SCENARIO,
  REFERENCE_SCENARIOS,
  scenarioFile,
  simcash,
  start,
  temporaryDirectory,
} from './support/simcash.js';

interface Validation {
  file: string;
  valid: boolean;
  warnings?: string[];
  errors?: string[];
  engine_config?: Record<string, unknown> & { agent_configs: Record<string, unknown>[] };
}

describe.concurrent('validate', () => {
  it('finds every reference scenario valid but the one whose policy is not', async () => {
    const cwd = path.dirname(scenarioFile('x'));
    const files = REFERENCE_SCENARIOS.map(({ name }) => `${name}.yaml`);
    const good = files.filter((file) => file !== 'error-unknown-field.yaml');
    const [all, json] = await Promise.all([
      simcash(['validate', ...good, '--quiet'], { cwd }),
      simcash(['validate', ...files, '--json', '--quiet'], { cwd }),
    ]);
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout.trimEnd().split('\n')).toEqual(good.map((file) => expect.stringContaining(file) as string));
    const found = JSON.parse(json.stdout) as Validation[];
    expect(found.map(({ file, valid }) => [file, valid])).toEqual(files.map((file) => [file, good.includes(file)]));
    expect(json.code).toBe(3);
    const bad = found.find(({ valid }) => !valid);
    expect(bad!.errors!.join('\n')).toMatch(/moon_phase/);
  });

  it('checks all files and reports every problem of each', async () => {
    const cwd = temporaryDirectory({
      'good.yaml': QUIET_SCENARIO,
      'bad.yaml': QUIET_SCENARIO.replace('rng_seed: 1', 'rng_sed: 1').replace('opening_balance: 1000', 'opening_balance: x'),
      'worse.yaml': 'agents: [',
    });
    const { code, stderr, stdout } = await simcash(['validate', 'bad.yaml', 'missing.yaml', 'good.yaml', 'worse.yaml'], { cwd });
    expect(code).toBe(3);
    expect(stdout.trimEnd().split('\n')).toEqual([expect.stringMatching(/^good\.yaml: valid/) as string]);
    for (const text of [
      /bad\.yaml:4:\d+/,
      "Unknown key 'simulation.rng_sed' (did you mean 'rng_seed'?)",
      /agents\[0\]\.opening_balance/,
      'missing.yaml',
      'worse.yaml',
    ]) {
      expect(stderr).toMatch(text);
    }
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('gives the engine configuration with --json', async () => {
    const document = JSON.parse(await output(['validate', scenarioFile('liquidity-pool-daily'), '--json', '-q'])) as Validation;
    expect(document).toMatchObject({ file: scenarioFile('liquidity-pool-daily'), valid: true });
    const { agent_configs: agents, ...config } = document.engine_config!;
    expect(config).toMatchObject({
      ticks_per_day: 10,
      num_days: 3,
      rng_seed: expect.any(Number) as number,
      cost_rates: expect.objectContaining({ overdue_delay_multiplier: expect.any(Number) as number }) as object,
      lsm_config: { max_cycle_length: 4, max_cycles_per_tick: 10 },
      deferred_crediting: false,
      deadline_cap_at_eod: false,
    });
    expect(Object.keys(config).filter((key) => key.startsWith('agent'))).toEqual([]);
    for (const agent of agents) {
      expect(agent).toMatchObject({
        id: expect.any(String) as string,
        opening_balance: expect.any(Number) as number,
        unsecured_cap: expect.any(Number) as number,
        policy: { type: expect.any(String) as string },
      });
    }
    const fromFiles = agents
      .map(({ policy }) => policy as { type: string; json?: string })
      .filter(({ type }) => type === 'FromJson');
    for (const { json } of fromFiles) expect(() => JSON.parse(json!) as unknown).not.toThrow();
    expect(fromFiles.length).toBeGreaterThan(0);
  });

  it('gives the same configuration for YAML and JSON, and for defaults left out and written', async () => {
    const yaml = `simulation: {ticks_per_day: 0x4, num_days: 1, rng_seed: 18_446_744_073_709_551_615}
x-note: ignored
agents:
  - {id: A, opening_balance: 1_000}
  - {id: B, opening_balance: 2000, policy: {type: Fifo}, unsecured_cap: 0}
`;
    const json = `{"simulation": {"ticks_per_day": 4, "num_days": 1, "rng_seed": 18446744073709551615},
  "deferred_crediting": false, "lsm_config": {"max_cycle_length": 4}, "cost_rates": {"split_friction_cost": 1000},
  "agents": [{"id": "A", "opening_balance": 1000, "unsecured_cap": 0}, {"id": "B", "opening_balance": 2000}]}`;
    const cwd = temporaryDirectory({ 'a.yaml': yaml, 'b.json': json });
    const text = await output(['validate', 'a.yaml', 'b.json', '--json'], { cwd });
    const [a, b] = JSON.parse(text) as [Validation, Validation];
    expect(a.engine_config).toEqual(b.engine_config);
    expect(text.match(/"rng_seed": 18446744073709551615\b/g)).toHaveLength(2);
  });

  it('--watch checks again when a file changes that it read, and is ended by a signal', async () => {
    const named = QUIET_SCENARIO.replace('  - id: A', '  - id: A\n    policy: {type: FromJson, json_path: p.json}');
    const policy = readFileSync(policyFile('hold_forever'), 'utf8');
    const cwd = temporaryDirectory({ 's.yaml': named, 'p.json': policy });
    const watching = start(['validate', 's.yaml', '--watch'], { cwd });
    const valid = (times: number): Promise<void> =>
      vi.waitFor(() => expect(watching.written().match(/valid, 2 agents/g)).toHaveLength(times), { timeout: 60_000 });
    // As editors do: nobody sees half of it.
    const put = async (file: string, text: string): Promise<void> => {
      await writeFile(path.join(cwd, 'new'), text);
      await rename(path.join(cwd, 'new'), path.join(cwd, file));
    };
    await valid(1);
    await put('s.yaml', named.replace('1000', '1500'));
    await valid(2);
    await rm(path.join(cwd, 'p.json'));
    await vi.waitFor(() => expect(watching.said()).toContain('error: '), { timeout: 60_000 });
    await put('p.json', policy);
    await valid(3);
    watching.kill('SIGINT');
    expect(await watching.finished).toMatchObject({ code: null, signal: 'SIGINT' });
    expect(watching.said()).toMatch(/^(Watching 2 files; Ctrl-C ends\n){2}error: s\.yaml/);
  });

  it('--watch needs files that can change', async () => {
    expect(await simcash(['validate', '-', '--watch'], { input: QUIET_SCENARIO })).toMatchObject({
      ...{ code: 2, stdout: '' },
      stderr: 'error: --watch needs files that can change, not stdin\n',
    });
  });

  it('reads stdin', async () => {
    expect(await simcash(['validate', '-'], { input: QUIET_SCENARIO })).toMatchObject({ code: 0, stderr: '' });
  });

  it('warns of keys without effect on stderr, once each, and lists the warnings with --json', async () => {
    const scenario = `simulation: {ticks_per_day: 4, num_days: 1, rng_seed: 1}
priority_escalation: {enabled: true, curve: step}
policy_feature_toggles: {exclude: [CollateralAction]}
agents:
  - {id: A, opening_balance: 1, liquidity_allocation_fraction: 0.5}
  - id: B
    opening_balance: 1
    arrival_config: {rate_per_tick: 1, amount_distribution: {mean: 50.0, std_dev: 1}, counterparty_weights: {A: 1}, deadline_range: [1, 2], divisible: true, priority: 3, priority_distribution: {type: Fixed, value: 3}}
  - {id: C, opening_balance: 1}
`;
    const cwd = temporaryDirectory({ 'w.yaml': scenario });
    const [plain, quiet, json] = await Promise.all([
      simcash(['validate', 'w.yaml'], { cwd }),
      simcash(['validate', 'w.yaml', '--quiet'], { cwd }),
      simcash(['validate', 'w.yaml', '--json'], { cwd }),
    ]);
    expect([plain.code, quiet.code, json.code]).toEqual([0, 0, 0]);
    expect(quiet.stderr).toBe('');
    expect(plain.stdout).toBe(quiet.stdout);
    const warnings = plain.stderr.trimEnd().split('\n');
    for (const line of warnings) expect(line).toMatch(/^warning: w\.yaml(:\d+:\d+)?: /);
    const about = [
      /priority_escalation\.curve/,
      /policy_feature_toggles/,
      /agents\[0\]\.liquidity_allocation_fraction/,
      /agents\[1\]\.arrival_config\.divisible/,
      /agents\[1\]\.arrival_config\.priority\b/,
      /agents\[1\]\.arrival_config\.counterparty_weights/,
      /agents\[1\]\.arrival_config\.amount_distribution.*LogNormal/,
      /agents\[1\]\.arrival_config\.amount_distribution.*\bmean\b/,
    ];
    for (const wanted of about) expect(warnings.filter((line) => wanted.test(line))).not.toEqual([]);
    expect(new Set(warnings).size).toBe(warnings.length);
    const document = JSON.parse(json.stdout) as Validation;
    expect(document.warnings!.map((text) => `warning: ${text}`)).toEqual(warnings);
  });

  it('with --no-strict lets unknown keys pass with a warning each, and the configuration is the same', async () => {
    const text = readFileSync(scenarioFile('rtgs-scarce-queue'), 'utf8');
    const cwd = temporaryDirectory({ 'a.yaml': text, 'b.yaml': `${text}colour: red\nshape: {round: true}\n` });
    const lenient = await simcash(['validate', 'a.yaml', 'b.yaml', '--no-strict', '--json'], { cwd });
    expect(lenient.code).toBe(0);
    const [a, b] = JSON.parse(lenient.stdout) as [Validation, Validation];
    expect(b.engine_config).toEqual(a.engine_config);
    const unknown = lenient.stderr.split('\n').filter((line) => line.includes('Unknown key'));
    expect(unknown).toEqual([
      expect.stringMatching(/^warning: b\.yaml:\d+:\d+: Unknown key 'colour'/) as string,
      expect.stringMatching(/^warning: b\.yaml:\d+:\d+: Unknown key 'shape'/) as string,
    ]);
  });
});
