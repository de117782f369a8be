import { readFileSync } from 'node:fs';
import path from 'node:path';
import { money } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import {
  filesIn,
  firstDifference,
  golden,
  joined,
  linesOfTicks,
  output,
  parseLines,
  policyFile,
  QUIET_SCENARIO,
  scenarioFile,
  simcash,
  start,
  temporaryDirectory,
  withoutClock,
  type CommandOptions,
  type Event,
  type GoldenEnd,
} from './support/simcash.js';

/** The summary without the one figure of the clock. */
const summaryWithoutClock = (text: string): string => text.replace(/ in \d+\.\d\d s$/m, ' in … s');

/** The amount that a text like `-1,683.95` shows, in cents. */
const cents = (text: string): number => Number(text.replaceAll(',', '').replace('.', ''));

interface Costs {
  liquidity_cost: number;
  delay_cost: number;
  collateral_cost: number;
  penalty_cost: number;
  split_friction_cost: number;
  liquidity_opportunity_cost: number;
  total_cost: number;
}

interface ResultDocument {
  schema_version: number;
  simulation: Record<string, unknown> & { seed: number; ticks_executed: number; total_ticks: number; completed: boolean };
  metrics: Record<string, number>;
  agents: { id: string; final_balance: number; queue1_size: number; costs: Costs }[];
  costs: { total_cost: number };
  performance: Record<string, number>;
  scenario: { sha256: string };
}

async function runJson(args: readonly string[], options?: CommandOptions): Promise<ResultDocument> {
  return JSON.parse(await output(['run', ...args, '--json', '--quiet'], options)) as ResultDocument;
}

function runEvents(args: readonly string[], options?: CommandOptions): Promise<string> {
  return output(['run', ...args, '--jsonl', 'events', '--quiet'], options);
}

/** What a bank paid in the whole run, added up from the daily metrics of the golden log. */
function goldenCosts({ final }: GoldenEnd, agent: string): Costs {
  const days = final!.daily_metrics.filter((metrics) => metrics.agent_id === agent);
  const total = (name: string): number => sum(days.map((metrics) => metrics[name]!));
  return {
    liquidity_cost: total('liquidity_cost'),
    delay_cost: total('delay_cost'),
    collateral_cost: total('collateral_cost'),
    penalty_cost: total('deadline_penalty_cost'),
    split_friction_cost: total('split_friction_cost'),
    liquidity_opportunity_cost: total('liquidity_opportunity_cost'),
    total_cost: total('total_cost'),
  };
}

const arrivals = (events: readonly Event[]): Event[] => events.filter(({ event_type }) => event_type === 'Arrival');

/** Arrivals of payments that are no parts of others. */
function originals(events: readonly Event[]): Event[] {
  const parts = new Set(
    events.filter(({ event_type }) => event_type === 'PolicySplit').flatMap((event) => event.child_ids as string[]),
  );
  return arrivals(events).filter(({ tx_id }) => !parts.has(tx_id as string));
}

/** Ids of the payments and parts that the events settle. */
function settledIds(events: readonly Event[]): Set<string> {
  const ids = events.flatMap((event): unknown[] => {
    switch (event.event_type) {
      case 'RtgsImmediateSettlement':
      case 'Queue2LiquidityRelease':
        return [event.tx_id];
      case 'EntryDispositionOffset':
        return [event.incoming_tx_id, event.queued_tx_id];
      case 'LsmBilateralOffset':
      case 'LsmCycleSettlement':
        return event.tx_ids as string[];
      default:
        return [];
    }
  });
  return new Set(ids as string[]);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Cents of all payments and parts with these ids. */
function valueOf(events: readonly Event[], ids: ReadonlySet<unknown>): number {
  return sum(arrivals(events).map(({ amount, tx_id }) => (ids.has(tx_id) ? (amount as number) : 0)));
}

/** Payments that offsets and cycles settled, a part counting as the payment it was cut from. */
function offsetPayments(events: readonly Event[]): number {
  const parents = new Map(
    events
      .filter(({ event_type }) => event_type === 'PolicySplit')
      .flatMap((event) => (event.child_ids as string[]).map((child) => [child, event.tx_id as string])),
  );
  const settled = events
    .filter(({ event_type }) => event_type === 'LsmBilateralOffset' || event_type === 'LsmCycleSettlement')
    .flatMap((event) => event.tx_ids as string[]);
  return new Set(settled.map((id) => parents.get(id) ?? id)).size;
}

describe.concurrent('the summary', () => {
  const name = 'mixed-five-days';
  const file = scenarioFile(name);

  it('shows scenario, seed, ticks, payments, and a row for every bank', async () => {
    const { end, lines } = golden(name);
    const { agents, system_metrics: metrics } = end.final!;
    const text = await output(['run', file, '--quiet']);
    const overdue = lines.filter((line) => line.startsWith('{"event_type":"TransactionWentOverdue"')).length;
    const offset = offsetPayments(parseLines(joined(lines)));
    expect(text).toContain(file);
    expect(text).toContain('seed 20251120');
    expect(text).toContain('60 of 60 ticks');
    const line = (title: string): string => text.split('\n').find((other) => other.startsWith(title))!;
    const value = sum(originals(parseLines(joined(lines))).map(({ amount }) => amount as number));
    expect(line('Arrived').split(/ {2,}/).slice(1).map(cents)).toEqual([metrics.total_arrivals, value]);
    expect(line('Settled')).toMatch(
      new RegExp(
        `^Settled +${metrics.total_settlements} .*${(metrics.settlement_rate * 100).toFixed(1)}%, mean delay ${metrics.avg_delay_ticks.toFixed(1)} ticks$`,
      ),
    );
    expect(line('Unsettled')).toMatch(
      new RegExp(`^Unsettled +${metrics.queue1_total_size + metrics.queue2_total_size} .* ${overdue} found overdue in all$`),
    );
    expect(line('Dropped')).toMatch(/^Dropped +0 +0\.00$/);
    expect(line('LSM')).toContain(`${offset} payments settled`);
    expect(line('Bank').split(/ {2,}/)).toEqual(['Bank', 'Balance', 'Lowest', 'Unsettled', 'Dropped']);
    expect(line('Costs  ').split(/ {2,}/)).toEqual(['Costs', '30,065.90 in all']);
    expect(text).toContain('\nCosts    Delay  Penalties  Splits      Total\n');
    for (const { balance, id, queue1 } of agents) {
      const [state, charged] = text
        .split('\n')
        .filter((other) => other.startsWith(`${id} `))
        .map((other) => other.split(/ +/).slice(1).map(cents)) as [number[], number[]];
      const { delay_cost, penalty_cost, split_friction_cost, total_cost } = goldenCosts(end, id);
      expect(charged).toEqual([delay_cost, penalty_cost, split_friction_cost, total_cost]);
      const lowest = Math.min(
        ...end.final!.daily_metrics.filter((metrics) => metrics.agent_id === id).map((day) => day.min_balance!),
      );
      const [shownBalance, shownLowest, unsettled, dropped] = state as [number, number, number, number];
      expect({ shownBalance, dropped }).toEqual({ shownBalance: balance, dropped: 0 });
      expect(shownLowest).toBeGreaterThanOrEqual(lowest);
      expect(shownLowest).toBeLessThanOrEqual(balance);
      expect(unsettled).toBeGreaterThanOrEqual(queue1.length);
    }
  });

  it('fits into 80 columns and says nothing that --json does not say', async () => {
    for (const scenario of [file, scenarioFile('amounts-in-trillions'), scenarioFile('splits-families')]) {
      const [text, document] = await Promise.all([output(['run', scenario, '--quiet']), output(['run', scenario, '--json'])]);
      const [, ...lines] = text.trimEnd().split('\n');
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
      const known = new Set<string>();
      const collect = (value: unknown): void => {
        if (typeof value === 'number')
          for (const shown of [value, money(value), value.toFixed(1), `${(value * 100).toFixed(1)}%`]) known.add(String(shown));
        else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
      };
      const { agents, ...others } = JSON.parse(document) as { agents: { queue1_size: number; queue2_size: number }[] };
      collect(others);
      collect(agents);
      for (const { queue1_size, queue2_size } of agents) known.add(String(queue1_size + queue2_size));
      const said = lines.join('\n').match(/(?<![\w.])-?\d[\d,]*(\.\d+)?%?/g)!;
      expect(said.length).toBeGreaterThan(10);
      expect(said.filter((number) => !known.has(number))).toEqual([]);
    }
  });

  it('is the same with --quiet, --verbose, --short, --timings and colours; what they add goes to stderr', async () => {
    const cwd = temporaryDirectory();
    const [plain, quiet, verbose, timings, forced, short] = await Promise.all([
      simcash(['run', file]),
      simcash(['run', file, '--quiet']),
      simcash(['run', file, '--verbose', '--quiet']),
      simcash(['run', file, '--timings']),
      simcash(['run', file, '--verbose', '--ticks', '1', '--color', 'always']),
      simcash(['run', file, '--short']),
      simcash(['run', file, '--save', '--id', 'told', '--quiet'], { cwd }),
    ]);
    expect(short.stderr.split('\n').filter((line) => line.startsWith('Tick '))).toHaveLength(60);
    expect((await simcash(['replay', 'told', '--short'], { cwd })).stderr).toBe(short.stderr);
    for (const outcome of [plain, quiet, verbose, timings, forced, short]) {
      expect(outcome.code).toBe(0);
      expect(summaryWithoutClock(outcome.stdout)).toBe(summaryWithoutClock(plain.stdout));
    }
    expect(quiet.stderr).toBe('');
    expect(plain.stderr).toMatch(/^(warning: .*\n)+$/);
    for (let tick = 0; tick < 60; tick++) expect(verbose.stderr).toContain(`═══ Tick ${tick} ═══`);
    for (const phase of ['arrivals', 'policy', 'rtgs', 'queue', 'lsm', 'cost', 'total']) expect(timings.stderr).toContain(phase);
    expect(verbose.stderr).not.toContain('\u001b[');
    expect(forced.stderr).toContain('\u001b[');
  });
});

describe.concurrent('--json', () => {
  it('prints one document with the documented keys', async () => {
    const file = path.relative('/', scenarioFile('rtgs-two-banks'));
    const text = await output(['run', file, '--json', '--quiet'], { cwd: '/' });
    const document = JSON.parse(text) as ResultDocument;
    expect(text.endsWith('}\n')).toBe(true);
    expect(Object.keys(document)).toEqual([
      'schema_version',
      'simulation',
      'metrics',
      'agents',
      'costs',
      'performance',
      'scenario',
    ]);
    expect(Object.keys(document.simulation)).toEqual([
      'config_file',
      'seed',
      'ticks_executed',
      'duration_seconds',
      'ticks_per_second',
      'total_ticks',
      'completed',
    ]);
    expect(Object.keys(document.metrics)).toEqual([
      ...['total_arrivals', 'total_arrived_value', 'total_settlements', 'total_settled_value', 'total_lsm_releases'],
      ...['settlement_rate', 'lsm_settled_transactions', 'lsm_operations', 'avg_delay_ticks', 'overdue'],
      ...['dropped', 'dropped_value', 'unsettled', 'unsettled_value'],
    ]);
    for (const agent of document.agents)
      expect(Object.keys(agent)).toEqual([
        ...['id', 'final_balance', 'min_balance', 'queue1_size', 'queue2_size', 'dropped', 'dropped_value', 'costs'],
      ]);
    expect(document.simulation).toMatchObject({
      config_file: file,
      seed: 11,
      ticks_executed: 24,
      total_ticks: 24,
      completed: true,
    });
    expect(document.simulation).toMatchObject({
      duration_seconds: expect.any(Number) as number,
      ticks_per_second: expect.any(Number) as number,
    });
    expect(document.performance.ticks_per_second).toBe(document.simulation.ticks_per_second);
    expect(document.scenario.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(['mixed-five-days', 'splits-families', 'entry-disposition-candidates', 'amounts-in-trillions'])(
    'has the figures of the golden log: %s',
    async (name) => {
      const { end, events } = golden(name);
      const { agents, system_metrics: metrics, ticks } = end.final!;
      const document = await runJson([scenarioFile(name)]);
      const offset = offsetPayments(parseLines(events));
      const log = parseLines(events);
      const dropped = log.filter(({ event_type }) => event_type === 'PolicyDrop');
      expect(document.metrics).toEqual({
        total_arrivals: metrics.total_arrivals,
        total_arrived_value: sum(originals(log).map(({ amount }) => amount as number)),
        total_settlements: metrics.total_settlements,
        total_settled_value: valueOf(log, settledIds(log)),
        total_lsm_releases: offset,
        settlement_rate: metrics.total_settlements / metrics.total_arrivals,
        lsm_settled_transactions: offset,
        lsm_operations: ticks.reduce((total, [, , , releases]) => total + releases, 0),
        avg_delay_ticks: metrics.avg_delay_ticks,
        overdue: log.filter(({ event_type }) => event_type === 'TransactionWentOverdue').length,
        dropped: dropped.length,
        dropped_value: valueOf(log, new Set(dropped.map(({ tx_id }) => tx_id))),
        unsettled: metrics.queue1_total_size + metrics.queue2_total_size,
        unsettled_value: expect.any(Number) as number,
      });
      expect(document.agents).toMatchObject(
        agents.map(({ balance, id, queue1 }) => ({
          id,
          final_balance: balance,
          queue1_size: queue1.length,
          costs: goldenCosts(end, id),
        })),
      );
      expect(document.costs.total_cost).toBe(ticks.reduce((sum, [, , , , cost]) => sum + cost, 0));
    },
  );

  it('gives a settlement rate of 0 when no payment arrived', async () => {
    const input = QUIET_SCENARIO.replace(/scenario_events:[^]*/, '');
    expect((await runJson(['-'], { input })).metrics).toMatchObject({ total_arrivals: 0, settlement_rate: 0 });
  });

  it('is the same every time, whatever else is printed, but for the clock', async () => {
    const file = scenarioFile('splits-families');
    const [first, ...others] = await Promise.all([
      output(['run', file, '--json']),
      output(['run', file, '--json', '--quiet']),
      output(['run', file, '--json', '--verbose', '--color', 'always']),
    ]);
    for (const other of others) expect(withoutClock(other!)).toEqual(withoutClock(first!));
  });

  it('has the totals of --timings, and has them where the clock may speak: under performance', async () => {
    const file = scenarioFile('splits-families');
    const [timed, plain] = await Promise.all([
      output(['run', file, '--json', '--quiet', '--timings']),
      output(['run', file, '--json', '--quiet']),
    ]);
    for (const phase of ['arrivals', 'policy', 'rtgs', 'lsm', 'cost']) expect(timed).toMatch(new RegExp(`"${phase}\\w*":`));
    expect(withoutClock(timed)).toEqual(withoutClock(plain));
  });
});

describe.concurrent('--jsonl events', () => {
  it.each([
    'rtgs-two-banks --no-input',
    'arrivals-bands --quiet',
    'arrivals-heavy-tail --no-strict',
    'ids-byte-order --events-out log.ndjson',
    'mixed-five-days --verbose --events-out log.ndjson --timings',
    'events-all-kinds --timings --quiet',
    'splits-families --verbose --color always',
    'lsm-cycles --verbose --no-color',
    'collateral-timers',
    'liquidity-pool-daily --days 3',
    'two-hundred-banks --quiet',
  ])('is the golden log: %s', async (line) => {
    const [name, ...flags] = line.split(' ') as [string, ...string[]];
    const cwd = temporaryDirectory();
    const { events } = golden(name);
    const { code, stderr, stdout } = await simcash(['run', scenarioFile(name), '--jsonl', 'events', ...flags], { cwd });
    expect(code, stderr).toBe(0);
    expect(firstDifference(stdout, events)).toBeUndefined();
    expect(stderr.includes('═══ Tick 0 ═══')).toBe(flags.includes('--verbose'));
    const files = flags.includes('--events-out') ? { 'log.ndjson': events } : {};
    expect(Object.keys(filesIn(cwd))).toEqual(Object.keys(files));
    for (const [file, text] of Object.entries(files)) {
      expect(firstDifference(readFileSync(path.join(cwd, file), 'utf8'), text)).toBeUndefined();
    }
  });

  it('ends quietly when its reader goes away', async () => {
    const command = start(['run', scenarioFile('mixed-five-days'), '--set', 'simulation.num_days=20', '--jsonl', 'events', '-q']);
    while (command.written() === '') await new Promise((resolve) => setTimeout(resolve, 5));
    command.hangUp();
    const { code, signal, stderr } = await command.finished;
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  });
});

describe.concurrent('--jsonl ticks', () => {
  it.each(['mixed-five-days', 'edge-one-tick-days'])('has a line for every tick: %s', async (name) => {
    const { final } = golden(name).end;
    const text = await output(['run', scenarioFile(name), '--jsonl', 'ticks', '--quiet']);
    const perDay = name === 'mixed-five-days' ? 12 : 1;
    const expected = final!.ticks.map(([tick, arrivals, settlements, lsm_releases, costs]) =>
      JSON.stringify({ tick, arrivals, settlements, lsm_releases, costs, day: Math.floor(tick / perDay) }),
    );
    expect(text).toBe(joined(expected));
  });
});

describe.concurrent('options that change the scenario', () => {
  it('--set changes the design that --design names, or is refused', async () => {
    const file = scenarioFile('lsm-gridlock-20');
    const log = (...args: string[]): Promise<string> => output(['run', file, '-q', '--jsonl', 'events', ...args]);
    const [plain, changed] = [await log('--design', 't2'), await log('--design', 't2', '--set', 'settlement.entry.offset=none')];
    expect(changed).not.toBe(plain);
    expect(changed).toBe(await log('--set', 'settlement.entry.offset=none', '--design', 't2'));
    const { code, stderr } = await simcash(['run', file, '--design', 't2', '--set', 'settlement.foo=1']);
    expect(code).toBe(2);
    expect(stderr).toContain('settlement.foo');
  });

  const normal = readFileSync(scenarioFile('arrivals-normal'), 'utf8');

  it('--seed does what the key in the document does, up to 2^64 − 1', async () => {
    const largest = '18446744073709551615';
    const file = scenarioFile('arrivals-normal');
    const input = normal.replace(/rng_seed: \d+/, `rng_seed: ${largest}`);
    const [byFlag, byDocument, zero, one, document] = await Promise.all([
      runEvents([file, '--seed', largest]),
      runEvents(['-'], { input }),
      runEvents([file, '--seed', '0']),
      runEvents([file, '--seed', '1']),
      output(['run', file, '--seed', largest, '--json', '--quiet']),
    ]);
    expect(firstDifference(byFlag!, byDocument!)).toBeUndefined();
    expect(byFlag).not.toBe(one);
    expect(firstDifference(zero!, one!)).toBeUndefined();
    expect(document).toContain(`"seed": ${largest},`);
  });

  it('--seed reads decimal digits, not YAML', async () => {
    const { simulation } = await runJson([scenarioFile('rtgs-two-banks'), '--seed', '010']);
    expect(simulation.seed).toBe(10);
  });

  it('--days and --ticks-per-day do what the keys in the document do', async () => {
    const file = scenarioFile('arrivals-normal');
    const input = normal.replace(/ticks_per_day: \d+/, 'ticks_per_day: 7').replace(/num_days: \d+/, 'num_days: 2');
    const [byFlag, byDocument] = await Promise.all([
      runEvents([file, '--days', '2', '--ticks-per-day', '7']),
      runEvents(['-'], { input }),
    ]);
    expect(firstDifference(byFlag!, byDocument!)).toBeUndefined();
    expect(
      parseLines(byFlag!)
        .filter(({ event_type }) => event_type === 'EndOfDay')
        .map(({ tick }) => tick),
    ).toEqual([6, 13]);
  });

  it('--until-tick stops early and leaves the days as they are', async () => {
    const file = scenarioFile('mixed-five-days');
    const [events, document] = await Promise.all([
      runEvents([file, '--until-tick', '31']),
      runJson([file, '--until-tick', '31']),
    ]);
    expect(firstDifference(events, linesOfTicks(golden('mixed-five-days').lines, 0, 30))).toBeUndefined();
    expect(document.simulation).toMatchObject({ ticks_executed: 31, total_ticks: 60, completed: false });
  });

  it('--set reaches keys by path, banks by id or position, and takes YAML values', async () => {
    const input = QUIET_SCENARIO;
    const sets = [
      'simulation.num_days=9',
      'simulation.num_days=2',
      'agents.A.opening_balance=1_500',
      'agents.1.opening_balance=7',
      'agents.B.limits.multilateral_limit=5',
      'scenario_events.0.amount=250',
      'cost_rates={split_friction_cost: 3}',
      'priority_mode=yes',
    ];
    const document = await runJson(['-', ...sets.flatMap((set) => ['--set', set])], { input });
    expect(document.simulation).toMatchObject({ total_ticks: 8 });
    expect(document.agents.map((agent) => [agent.id, agent.final_balance])).toEqual([
      ['A', 1250],
      ['B', 257],
    ]);
  });

  it('--policy replaces the policy of one bank', async () => {
    const cwd = temporaryDirectory({ 'hold.json': readFileSync(policyFile('hold_forever'), 'utf8') });
    const events = parseLines(await runEvents([scenarioFile('rtgs-two-banks'), '--policy', 'ALTAIR=hold.json'], { cwd }));
    const held = events.filter(({ event_type }) => event_type === 'PolicyHold').map((event) => event.agent_id);
    const submitted = events.filter(({ event_type }) => event_type === 'PolicySubmit').map((event) => event.agent_id);
    expect([new Set(held), new Set(submitted)]).toEqual([new Set(['ALTAIR']), new Set(['MIRA'])]);
  });

  // Ids are kept verbatim (spec 07 §3): they may have dots and commas, or look like a position.
  const ODD_IDS = `simulation: {ticks_per_day: 4, num_days: 1, rng_seed: 1}
agents:
  - {id: "N.V.", opening_balance: 100}
  - {id: "Bank, London", opening_balance: 200}
  - {id: "0", opening_balance: 300}
scenario_events:
  - {type: CustomTransactionArrival, from_agent: "N.V.", to_agent: "0", amount: 1, schedule: {type: OneTime, tick: 0}}
  - {type: CustomTransactionArrival, from_agent: "Bank, London", to_agent: "0", amount: 2, schedule: {type: OneTime, tick: 0}}
  - {type: CustomTransactionArrival, from_agent: "0", to_agent: "N.V.", amount: 3, schedule: {type: OneTime, tick: 0}}
`;

  it.each(['N.V.', '0'])('--policy knows banks by their id, whatever it looks like: %s', async (id) => {
    const events = await simcash(
      ['run', '-', '--policy', `${id}=${policyFile('hold_forever')}`, '--jsonl', 'events', '--until-tick', '1'],
      {
        input: ODD_IDS,
      },
    );
    expect(events.code, events.stderr).toBe(0);
    const held = parseLines(events.stdout).filter(({ event_type }) => event_type === 'PolicyHold');
    expect(held.map((event) => event.agent_id)).toEqual([id]);
  });

  it('--agent knows a bank whose id has a comma', async () => {
    const { code, stderr, stdout } = await simcash(['run', '-', '--agent', 'Bank, London', '--jsonl', 'events', '-q'], {
      input: ODD_IDS,
    });
    expect(code, stderr).toBe(0);
    const submitted = parseLines(stdout).filter(({ event_type }) => event_type === 'PolicySubmit');
    expect(submitted.map((event) => event.agent_id)).toEqual(['Bank, London']);
  });

  it('--no-strict turns each unknown key into one warning and changes nothing else', async () => {
    const input = normal
      .replace('rng_seed:', 'rng_sed: 3\n  rng_seed:')
      .replace(/^ {2}- id: (\w+)$/m, '  - id: $1\n    colour: red')
      .concat('notes: none\n');
    const [lenient, quiet] = await Promise.all([
      simcash(['run', '-', '--no-strict', '--jsonl', 'events'], { input }),
      simcash(['run', '-', '--no-strict', '--jsonl', 'events', '--quiet'], { input }),
    ]);
    expect([lenient.code, quiet.code]).toEqual([0, 0]);
    const warnings = lenient.stderr.split('\n').filter((line) => line.includes('Unknown key'));
    expect(warnings.map((line) => /^warning: .*(Unknown key '[^']*'.*)$/.exec(line)?.[1])).toEqual([
      "Unknown key 'simulation.rng_sed' (did you mean 'rng_seed'?)",
      expect.stringMatching(/^Unknown key 'agents\[0\]\.colour'/) as string,
      expect.stringMatching(/^Unknown key 'notes'/) as string,
    ]);
    expect(quiet.stderr).toBe('');
    for (const { stdout } of [lenient, quiet]) expect(firstDifference(stdout, golden('arrivals-normal').events)).toBeUndefined();
  });

  it('reads a scenario from stdin, and names what was run by its hash wherever it came from', async () => {
    const one = ['--until-tick', '1'];
    const [events, piped, read, changed] = await Promise.all([
      runEvents(['-'], { input: normal }),
      runJson(['-', ...one], { input: normal }),
      runJson([scenarioFile('arrivals-normal'), ...one]),
      runJson([scenarioFile('arrivals-normal'), ...one, '--seed', '5']),
    ]);
    expect(firstDifference(events!, golden('arrivals-normal').events)).toBeUndefined();
    expect(piped!.simulation.config_file).toBe('-');
    expect(piped!.scenario.sha256).toBe(read!.scenario.sha256);
    expect(changed!.scenario.sha256).not.toBe(read!.scenario.sha256);
  });
});

describe.concurrent('an engine configuration', () => {
  const configuration = async (): Promise<string> => {
    const resolved = await output(['validate', scenarioFile('mixed-five-days'), '--json', '--quiet']);
    return JSON.stringify((JSON.parse(resolved) as { engine_config: object }).engine_config);
  };

  it('runs as the scenario does that it was made from', async () => {
    const cwd = temporaryDirectory({ 'engine.json': await configuration() });
    expect(firstDifference(await runEvents(['engine.json'], { cwd }), golden('mixed-five-days').events)).toBeUndefined();
  });

  it('can be changed by the same options', async () => {
    const cwd = temporaryDirectory({ 'engine.json': await configuration() });
    const changes = ['--seed', '5', '--days', '1', '--policy', `ARDEN=${policyFile('hold_forever')}`];
    const [ofEngine, ofScenario] = await Promise.all([
      simcash(['run', 'engine.json', '--jsonl', 'events', '--quiet', ...changes], { cwd }),
      runEvents([scenarioFile('mixed-five-days'), ...changes]),
    ]);
    expect(ofEngine.code, ofEngine.stderr).toBe(0);
    expect(firstDifference(ofEngine.stdout, ofScenario)).toBeUndefined();
  });
});

describe.concurrent('filters', () => {
  interface Criteria {
    types?: string[];
    agents?: string[];
    transactions?: string[];
    from?: number;
    to?: number;
  }

  const RECEIVER_COUNTS = [
    'RtgsImmediateSettlement',
    'Queue2LiquidityRelease',
    'LsmBilateralOffset',
    'LsmCycleSettlement',
    'OverdueTransactionSettled',
  ];

  /** Spec 10 §5; a scenario event concerns the banks that its details name (spec 09 §4). */
  function banksOf(event: Event): unknown[] {
    const { agent_a, agent_b, agent_id, agents = [], receiver, receiver_id, sender, sender_id } = event;
    const own = [agent_id, sender_id, sender, agent_a, agent_b, ...(agents as string[])];
    if (RECEIVER_COUNTS.includes(event.event_type)) return [...own, receiver, receiver_id];
    if (event.event_type !== 'ScenarioEventExecuted') return own;
    const details = JSON.parse(event.details_json as string) as Record<string, unknown>;
    return [details.from_agent, details.to_agent, details.agent, details.counterparty];
  }

  /** Spec 10 §13.3: also `tx_ids`, children and counterparts. */
  function paymentsOf(event: Event): unknown[] {
    const { child_ids = [], incoming_tx_id, queued_tx_id, source_transactions = [], tx_id, tx_ids = [] } = event;
    if (event.event_type === 'ScenarioEventExecuted')
      return [(JSON.parse(event.details_json as string) as { tx_id?: string }).tx_id];
    return [tx_id, incoming_tx_id, queued_tx_id, ...[tx_ids, child_ids, source_transactions].flat()];
  }

  function selected(lines: readonly string[], { agents, from = 0, to = Infinity, transactions, types }: Criteria): string {
    const chosen = lines.filter((line) => {
      const event = JSON.parse(line) as Event;
      return (
        event.tick >= from &&
        event.tick <= to &&
        (!types || types.includes(event.event_type)) &&
        (!agents || banksOf(event).some((id) => agents.includes(id as string))) &&
        (!transactions || paymentsOf(event).some((id) => transactions.includes(id as string)))
      );
    });
    return joined(chosen);
  }

  const cases: [scenario: string, flags: string, criteria: Criteria][] = [
    ['mixed-five-days', '--event-type RtgsImmediateSettlement', { types: ['RtgsImmediateSettlement'] }],
    [
      'mixed-five-days',
      '--event-type Arrival,EndOfDay --event-type PolicySplit',
      { types: ['Arrival', 'EndOfDay', 'PolicySplit'] },
    ],
    ['mixed-five-days', '--agent ARDEN', { agents: ['ARDEN'] }],
    ['mixed-five-days', '--agent ARDEN --agent ESHER --ticks ..30', { agents: ['ARDEN', 'ESHER'], to: 30 }],
    [
      'mixed-five-days',
      '--agent COLNE --event-type RtgsImmediateSettlement,Arrival --ticks 5..40',
      { agents: ['COLNE'], types: ['RtgsImmediateSettlement', 'Arrival'], from: 5, to: 40 },
    ],
    ['mixed-five-days', '--ticks 59', { from: 59, to: 59 }],
    ['mixed-five-days', '--ticks 50..', { from: 50 }],
    ['mixed-five-days', '--tx T00000003 --tx T00000010', { transactions: ['T00000003', 'T00000010'] }],
    ['splits-in-lsm', '--tx T00000001', { transactions: ['T00000001'] }],
    ['entry-disposition-candidates', '--tx T00000002', { transactions: ['T00000002'] }],
    ['deferred-crediting-lsm', '--tx T00000001 --tx T00000003', { transactions: ['T00000001', 'T00000003'] }],
    ['events-all-kinds', '--agent CYGNUS', { agents: ['CYGNUS'] }],
  ];

  it.each(cases)('%s %s', async (name, flags, criteria) => {
    const { lines } = golden(name);
    const expected = selected(lines, criteria);
    expect(expected).not.toBe('');
    expect(firstDifference(await runEvents([scenarioFile(name), ...flags.split(' ')]), expected)).toBeUndefined();
  });

  it('ignores blanks around the names of events', async () => {
    const { lines } = golden('lsm-bilateral');
    const found = await runEvents([scenarioFile('lsm-bilateral'), '--event-type', ' Arrival , EndOfDay ']);
    expect(found).toBe(selected(lines, { types: ['Arrival', 'EndOfDay'] }));
  });

  it.each([
    ['9..3', 2, 'error: --ticks 9..3: the range ends before it begins'],
    ['15..20', 2, 'error: --ticks: tick 15 lies outside the run, its ticks are 0 to 14'],
  ])('refuses the range %s', async (range, code, message) => {
    const outcome = await simcash(['run', scenarioFile('lsm-bilateral'), '--ticks', range, '--jsonl', 'events', '--quiet']);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toContain(message);
  });

  it('leaves --events-out complete, and the narrative shows the chosen ticks only', async () => {
    const cwd = temporaryDirectory();
    const { events, lines } = golden('lsm-cycles');
    const flags = ['--jsonl', 'events', '--ticks', '3..4', '--events-out', 'all.ndjson', '--verbose', '--quiet'];
    const { code, stderr, stdout } = await simcash(['run', scenarioFile('lsm-cycles'), ...flags], { cwd });
    expect(code).toBe(0);
    expect(stdout).toBe(selected(lines, { from: 3, to: 4 }));
    expect(firstDifference(readFileSync(path.join(cwd, 'all.ndjson'), 'utf8'), events)).toBeUndefined();
    const shown = [...stderr.matchAll(/═══ Tick (\d+) ═══/g)].map(([, tick]) => Number(tick));
    expect(shown).toEqual([3, 4].filter((tick) => selected(lines, { from: tick, to: tick }) !== ''));
  });
});

describe.concurrent('--dry-run', () => {
  const file = scenarioFile('mixed-five-days');
  const flags = ['--save', '--id', 'planned', '--events-out', 'log.ndjson', '--seed', '8', '--until-tick', '31', '--quiet'];

  it('prints what would run and writes nothing', async () => {
    const cwd = temporaryDirectory();
    const text = await output(['run', file, '--dry-run', ...flags], { cwd });
    expect(text).toContain(file);
    expect(text).toMatch(/6 banks, 5 days of 12 ticks/);
    expect(text).toMatch(/seed 8/);
    expect(filesIn(cwd)).toEqual({});
  });

  it('prints one document with --json', async () => {
    const cwd = temporaryDirectory();
    const plan = JSON.parse(await output(['run', file, '--dry-run', '--json', ...flags], { cwd })) as Record<string, unknown>;
    expect(plan).toMatchObject({ schema_version: 1, seed: 8, agents: 6, days: 5 });
    expect(plan.stored).toMatchObject({ id: 'planned' });
    expect(filesIn(cwd)).toEqual({});
  });

  it('counts the ticks that would run', async () => {
    const plan = JSON.parse(await output(['run', file, '--dry-run', '--json', '--until-tick', '31', '-q'])) as { ticks: number };
    expect(plan.ticks).toBe(31);
  });

  it('prints nothing but JSON lines with --jsonl', async () => {
    const text = await output(['run', file, '--dry-run', '--jsonl', 'events', '--quiet']);
    expect(() => parseLines(text)).not.toThrow();
  });
});

describe.concurrent('help', () => {
  it('prints the version on stdout', async () => {
    const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await simcash(['--version'])).toMatchObject({ code: 0, stdout: `simcash ${version}\n`, stderr: '' });
  });

  it('lists commands in order, and the exit codes', async () => {
    const text = await output(['--help']);
    const commands = [
      ...text
        .split('Commands:')[1]!
        .split('\n\n')[0]!
        .matchAll(/^ {2}(\w+)/gm),
    ].map(([, name]) => name!);
    const known = commands.filter((name) => name !== 'help');
    expect(known).toEqual([...known].sort());
    expect(known).toEqual(expect.arrayContaining(['db', 'replay', 'run', 'validate']));
    for (const code of ['0', '1', '2', '3', '4', '5', '6', '130'])
      expect(text.split('Exit codes')[1]).toMatch(new RegExp(`\\b${code}\\b`));
  });

  it.each(['run', 'replay', 'validate'])('shows examples: %s', async (command) => {
    const outcome = await simcash([command, '--help']);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toContain('Usage: simcash');
    expect(outcome.stdout).toContain('Examples:');
  });
});
