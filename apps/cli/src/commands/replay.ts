import { Command, Option } from 'commander';
import { eventLines, getCostBreakdownByAgent, type SimCashDatabase } from '@simcash/persistence';
import type { SimulationEvent } from '@simcash/protocol';
import { Narrative } from '@simcash/replay';
import { withDatabase } from '../database.js';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { eventFilter, selectsEvents, withFilterOptions, type FilterOptions } from '../filter-options.js';
import { databasePath, withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { wholeNumber } from '../numbers.js';
import { json, note, print } from '../output/streams.js';
import { narrativeStyle } from '../output/style.js';
import { resultDocument, summaryText, type AgentFigures, type RunFigures } from '../output/summary.js';
import { openStoredRun, reexecute, type StoredRun } from '../stored-run.js';

interface ReplayOptions extends GlobalOptions, FilterOptions {
  from?: string;
  to?: string;
  jsonl?: 'ticks' | 'events';
  verify?: boolean;
}

export function replayCommand(name = 'replay'): Command {
  return withFilterOptions(withGlobalOptions(new Command(name)))
    .description('show a stored simulation again, from the database alone')
    .argument('<id>', 'simulation id')
    .option('--from <tick>', 'first tick')
    .option('--to <tick>', 'last tick')
    .addOption(new Option('--jsonl <what>', 'print JSON lines').choices(['ticks', 'events']))
    .option('--verify', 'execute the stored configuration again and compare event by event')
    .addHelpText(
      'after',
      `
Examples:
  simcash replay trial-7 --verbose --from 10 --to 12
  simcash replay trial-7 --jsonl events --agent NORTH
  simcash replay trial-7 --verify`,
    )
    .action((id: string, options: ReplayOptions) => withDatabase(options, true, (database) => replay(database, id, options)));
}

async function replay(database: SimCashDatabase, id: string, options: ReplayOptions): Promise<void> {
  if (options.json && options.jsonl) throw usageError('--json and --jsonl exclude each other');
  if (selectsEvents(options) && !options.verbose && options.jsonl !== 'events') {
    throw usageError('--event-type, --agent, --tx and --ticks need --verbose or --jsonl events');
  }
  const run = await openStoredRun(database, id);
  if (options.verify) return verify(database, run, options);
  const range = tickRange(run, options);
  if (options.verbose || options.jsonl) requireEvents(run);
  if (options.jsonl === 'events') await printEvents(database, run, options, range);
  if (options.jsonl === 'ticks') await printTicks(run, range);
  if (options.verbose) await narrate(run, options, range);
  if (options.jsonl) return;
  const figures = await figuresOf(database, run, options);
  if (options.json) print(json(withRange(resultDocument(figures), run, range)));
  else print(summaryText(figures));
}

interface Range {
  from: number;
  to: number;
}

function tickRange({ simulation }: StoredRun, options: ReplayOptions): Range {
  const last = simulation.last_tick ?? -1;
  const from = options.from === undefined ? 0 : wholeNumber(options.from, '--from');
  const to = options.to === undefined ? last : wholeNumber(options.to, '--to');
  if (from >= simulation.total_ticks)
    throw usageError(`--from ${from} is outside the simulation: ticks are 0 to ${simulation.total_ticks - 1}`);
  if (options.to !== undefined && (to < from || to > last))
    throw usageError(`--to ${to} must lie between ${from} and ${last}, the last stored tick`);
  return { from, to };
}

function requireEvents({ simulation }: StoredRun): void {
  if (simulation.persistence_level !== 'SUMMARY') return;
  throw new CommandError(
    EXIT.usage,
    `simulation ${simulation.simulation_id} was stored at level SUMMARY: it has no events to show`,
  );
}

async function printEvents(
  database: SimCashDatabase,
  { simulation }: StoredRun,
  options: ReplayOptions,
  range: Range,
): Promise<void> {
  const filter = eventFilter(options, simulation.agent_ids);
  for await (const lines of eventLines(database, simulation.simulation_id, { fromTick: range.from, toTick: range.to })) {
    if (filter.passesAll) print(lines);
    else
      for (const line of lines.trimEnd().split('\n')) if (filter.matches(JSON.parse(line) as SimulationEvent)) print(`${line}\n`);
  }
}

async function printTicks({ simulation, views }: StoredRun, { from, to }: Range): Promise<void> {
  for await (const { result } of views.views(from, to)) {
    const {
      num_arrivals: arrivals,
      num_lsm_releases: lsm_releases,
      num_settlements: settlements,
      tick,
      total_cost: costs,
    } = result;
    print(
      `${JSON.stringify({ tick, arrivals, settlements, lsm_releases, costs, day: Math.floor(tick / simulation.ticks_per_day) })}\n`,
    );
  }
}

async function narrate({ simulation, views }: StoredRun, options: ReplayOptions, { from, to }: Range): Promise<void> {
  const narrative = new Narrative(views.context, {
    filter: eventFilter(options, simulation.agent_ids),
    style: narrativeStyle(options),
  });
  if (simulation.persistence_level !== 'FULL')
    note('The states of banks and queues are not stored at level EVENTS; their sections are left out.');
  if (from > 0) {
    for await (const events of views.eventsBefore(from)) narrative.skip(events, null);
    narrative.skip([], await views.agentsAt(from - 1));
  }
  for await (const view of views.views(from, to)) {
    const text = narrative.render(view);
    if (text !== '') note(text.replace(/\n$/, ''));
  }
  // A run that broke off ended with this line, too.
  const last = simulation.last_tick ?? -1;
  if (simulation.status !== 'completed' && simulation.error_message !== null && to === last)
    note(`error: ${simulation.error_message}`);
}

async function figuresOf(
  database: SimCashDatabase,
  { scenario, simulation, views }: StoredRun,
  options: ReplayOptions,
): Promise<RunFigures> {
  const id = simulation.simulation_id;
  const last = simulation.last_tick ?? -1;
  const states = new Map((await views.agentsAt(last))?.map((state) => [state.agent_id, state]));
  const costs = new Map((await getCostBreakdownByAgent(database, id)).map((row) => [row.agent_id, row]));
  const agents = await database.query<{ agent_id: string; lowest: number; closing: number; queue1: number; queue2: number }>(
    `SELECT agent_id, min(min_balance) AS lowest, arg_max(closing_balance, day) AS closing, arg_max(queue1_eod_size, day) AS queue1,
       arg_max(queue2_eod_size, day) AS queue2 FROM daily_agent_metrics WHERE simulation_id = $1 GROUP BY agent_id`,
    [id],
  );
  const metrics = new Map(agents.map((row) => [row.agent_id, row]));
  const [counts] = await database.query<{ overdue: number; operations: number }>(
    `SELECT (SELECT count(*) FROM simulation_events WHERE simulation_id = $1 AND event_type = 'TransactionWentOverdue') AS overdue,
       (SELECT coalesce(sum(num_lsm_releases), 0)::BIGINT FROM tick_summaries WHERE simulation_id = $1) AS operations`,
    [id],
  );
  return {
    config_file: simulation.config_file ?? id,
    seed: scenario.config.rng_seed,
    ticks_executed: last + 1,
    total_ticks: scenario.config.ticks_per_day * scenario.config.num_days,
    completed: last + 1 === scenario.config.ticks_per_day * scenario.config.num_days,
    duration_seconds: simulation.duration_seconds ?? 0,
    simulation_id: id,
    database: databasePath(options),
    total_arrivals: simulation.total_arrivals ?? 0,
    total_settlements: simulation.total_settlements ?? 0,
    total_lsm_releases: simulation.total_lsm_releases ?? 0,
    lsm_operations: counts!.operations,
    overdue: counts!.overdue,
    agents: simulation.agent_ids.map((agent): AgentFigures => {
      const { deadline_penalty_cost, agent_id: _, ...parts } = costs.get(agent) ?? NO_COSTS;
      const state = states.get(agent);
      const day = metrics.get(agent);
      return {
        id: agent,
        final_balance: state?.balance ?? day?.closing ?? 0,
        min_balance: day?.lowest ?? state?.balance ?? 0,
        queue1_size: state?.queue1_size ?? day?.queue1 ?? 0,
        queue2_size: state?.queue2_size ?? day?.queue2 ?? 0,
        costs: { ...parts, penalty_cost: deadline_penalty_cost },
      };
    }),
    total_cost: simulation.total_cost_cents ?? 0,
    scenario_sha256: simulation.config_hash,
  };
}

const NO_COSTS = {
  agent_id: '',
  liquidity_cost: 0,
  delay_cost: 0,
  collateral_cost: 0,
  split_friction_cost: 0,
  deadline_penalty_cost: 0,
  liquidity_opportunity_cost: 0,
  total_cost: 0,
};

function withRange(document: object, { simulation }: StoredRun, { from, to }: Range): object {
  const whole = from === 0 && to === (simulation.last_tick ?? -1);
  const { simulation: head, ...rest } = document as { simulation: object };
  return { ...rest, simulation: { ...head, replay_range: whole ? 'full' : `${from}-${to}`, ticks_replayed: to - from + 1 } };
}

/** Executes the stored configuration again and compares the logs, tick by tick; the first difference ends it. */
async function verify(database: SimCashDatabase, run: StoredRun, options: ReplayOptions): Promise<void> {
  requireEvents(run);
  const { simulation } = run;
  const { simulation_id: id } = simulation;
  const last = simulation.last_tick ?? -1;
  let fresh = '';
  const engine = reexecute(run, { write: (batch) => (fresh += batch.toNdjson()) });
  let compared = 0;
  for (let tick = 0; tick <= last; tick++) {
    fresh = '';
    engine.tick();
    let stored = '';
    for await (const lines of eventLines(database, id, { fromTick: tick, toTick: tick })) stored += lines;
    if (stored !== fresh)
      throw new CommandError(
        EXIT.verification,
        `simulation ${id} differs from its execution at tick ${tick}`,
        firstDifference(stored, fresh, compared),
      );
    compared += fresh.split('\n').length - 1;
  }
  if (options.json) print(json({ simulation_id: id, verified: true, ticks: last + 1, events: compared }));
  else print(`${id}: ${compared} events of ${last + 1} ticks are what executing the stored configuration gives\n`);
}

/** The first line that differs, with its position in the log. */
export function firstDifference(first: string, second: string, before: number): string[] {
  const [a, b] = [first.split('\n'), second.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  const i = at < 0 ? a.length : at;
  return [`event ${before + i}`, `stored:   ${a[i] || '(nothing)'}`, `computed: ${b[i] || '(nothing)'}`];
}
