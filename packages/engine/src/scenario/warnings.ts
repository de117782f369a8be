import type { ResolvedAgent, ResolvedDocument } from './document-schema.js';
import type { ScenarioIssue } from './issues.js';

type Path = readonly (string | number)[];
type Warn = (path: Path, code: string, message: string) => void;

/** What a document says that will hardly do what its author expects (spec 00 §4, spec 07 §8.2). */
export function documentWarnings(document: ResolvedDocument): ScenarioIssue[] {
  const warnings: ScenarioIssue[] = [];
  const warn: Warn = (path, code, message) => warnings.push({ path, code, message });
  const ids = document.agents.map((agent) => agent.id);
  document.agents.forEach((agent, i) => warnAboutAgent(agent, ['agents', i], ids, warn));
  warnAboutEvents(document, warn);
  const { cost_rates: rates, priority_escalation: escalation } = document;
  if (rates.eod_penalty && rates.eod_penalty_per_transaction) {
    warn(['cost_rates', 'eod_penalty'], 'two_penalties', 'eod_penalty_per_transaction is given, too, and wins');
  }
  if (escalation.curve !== 'linear')
    warn(['priority_escalation', 'curve'], 'curve_ignored', `escalation is always linear; '${escalation.curve}' has no effect`);
  if (document.policy_feature_toggles) {
    warn(
      ['policy_feature_toggles'],
      'toggles_advise',
      'toggles only decide whether a run starts; they are advisory, not a sandbox',
    );
  }
  return warnings;
}

function warnAboutAgent(agent: ResolvedAgent, path: Path, ids: readonly string[], warn: Warn): void {
  const { arrival_config: single, arrival_bands: bands } = agent;
  if (agent.liquidity_allocation_fraction != null && agent.liquidity_pool == null) {
    warn([...path, 'liquidity_allocation_fraction'], 'no_pool', 'has no effect without liquidity_pool');
  }
  if (single) {
    const at = [...path, 'arrival_config'];
    warnAboutAmounts(single.amount_distribution, at, warn);
    warnAboutWeights(single.counterparty_weights, agent.id, ids, at, warn);
    if (single.divisible) warn([...at, 'divisible'], 'divisible_ignored', 'has no effect: any payment may be split');
    // The document's own default cannot be told from an explicit 5.
    if (single.priority_distribution && single.priority !== 5)
      warn([...at, 'priority'], 'priority_ignored', 'is ignored beside priority_distribution');
  }
  for (const [band, config] of Object.entries(bands ?? {})) {
    if (!config) continue;
    const at = [...path, 'arrival_bands', band];
    warnAboutAmounts(config.amount_distribution, at, warn);
    if (Object.keys(config.counterparty_weights).length > 0)
      warnAboutWeights(config.counterparty_weights, agent.id, ids, at, warn);
    if (config.divisible) warn([...at, 'divisible'], 'divisible_ignored', 'has no effect: any payment may be split');
  }
}

function warnAboutAmounts(
  amounts: NonNullable<ResolvedAgent['arrival_config']>['amount_distribution'],
  path: Path,
  warn: Warn,
): void {
  const at = [...path, 'amount_distribution'];
  if (amounts.type === 'LogNormal' && amounts.mean < 100) {
    warn(
      at,
      'small_amounts',
      `mean and std_dev of LogNormal are those of the amount in cents, not of its logarithm: payments will be around ${amounts.mean} cents`,
    );
  }
  if (amounts.type === 'Uniform' && amounts.min === 0)
    warn(at, 'zero_amounts', 'min is 0: drawing 0 ends the run, because amounts must be positive');
}

const MOST_NAMED = 3;

/** Every bank that is listed is known. Banks that are not are counted, and looked for only as long as they are named. */
function warnAboutWeights(weights: Record<string, number>, own: string, ids: readonly string[], path: Path, warn: Warn): void {
  const listed = Object.keys(weights).filter((id) => id !== own).length;
  const missing = ids.length - 1 - listed;
  if (missing === 0) return;
  const first: string[] = [];
  for (let i = 0; i < ids.length && first.length < MOST_NAMED; i++)
    if (ids[i] !== own && !Object.hasOwn(weights, ids[i]!)) first.push(ids[i]!);
  const named = first.join(', ') + (missing > MOST_NAMED ? ` and ${missing - MOST_NAMED} more` : '');
  warn(
    [...path, 'counterparty_weights'],
    'banks_not_listed',
    `agents that are not listed weigh 1.0 (${named}); write 0 to exclude them`,
  );
}

function warnAboutEvents(document: ResolvedDocument, warn: Warn): void {
  const events = document.scenario_events ?? [];
  const globallyChanged = events.some((event) => event.type === 'GlobalArrivalRateChange');
  const banded = document.agents.some((agent) => agent.arrival_bands);
  const limited = document.agents.some((agent) => agent.limits);
  const end = document.simulation.ticks_per_day * document.simulation.num_days;
  events.forEach((event, i) => {
    const path = ['scenario_events', i];
    const { schedule } = event;
    const first = schedule.type === 'OneTime' ? schedule.tick : schedule.start_tick;
    if (first >= end)
      warn(
        [...path, 'schedule'],
        'after_the_run',
        `tick ${first} lies after the run, which has ${end} ticks: it never takes place`,
      );
    if (event.type === 'CollateralAdjustment')
      warn(path, 'cap_not_collateral', 'CollateralAdjustment changes the unsecured cap, not collateral');
    if (event.type === 'CounterpartyWeightChange' && event.auto_balance_others)
      warn([...path, 'auto_balance_others'], 'no_effect', 'has no effect');
    if (event.type === 'CustomTransactionArrival' && event.is_divisible)
      warn([...path, 'is_divisible'], 'divisible_ignored', 'has no effect: any payment may be split');
    if (event.type === 'AgentArrivalRateChange' && globallyChanged) {
      warn(
        path,
        'rate_multiplied',
        'multiplies the current rate, an active GlobalArrivalRateChange included, and that becomes the new base',
      );
    }
    if (banded && (event.type === 'CounterpartyWeightChange' || event.type === 'DeadlineWindowChange')) {
      warn(path, `${event.type}.ignores_bands`, `${event.type} does not act on arrival_bands`);
    }
    if ((limited || document.deferred_crediting) && (event.type === 'ScheduledSettlement' || event.type === 'DirectTransfer')) {
      warn(path, `${event.type}.bypasses_limits`, `${event.type} bypasses limits and deferred crediting`);
    }
    if ('from_agent' in event && event.from_agent === event.to_agent)
      warn(path, 'same_bank', 'from_agent and to_agent are the same bank');
  });
}
