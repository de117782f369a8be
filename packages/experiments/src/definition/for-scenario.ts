import type { EvaluationMode, ScenarioData } from '@simcash/protocol';
import { agentEntries, agentEntry } from '../scenario.js';
import { ExperimentError, type ExperimentIssue } from './issues.js';
import type { ExperimentDefinition, ExperimentFile } from './schema.js';
import { unknown } from './unknown.js';

/**
 * Checks an experiment against its scenario; where the file names no mode, the scenario decides (spec 17 §1).
 *
 * @param given the file's data as they were written: keys without effect are warned of
 * @throws ExperimentError with every problem found
 */
export function forScenario(
  file: ExperimentFile,
  scenario: ScenarioData,
  given: Readonly<Record<string, unknown>> = {},
): { definition: ExperimentDefinition; warnings: readonly ExperimentIssue[] } {
  const isRandom = drawsPayments(scenario);
  const mode = file.evaluation.mode ?? modeFor(file, isRandom);
  const definition = { ...file, evaluation: { ...file.evaluation, mode } };
  const issues = [...bankIssues(definition, scenario)];
  if (mode === 'monte-carlo' && !isRandom)
    issues.push({ path: ['evaluation', 'mode'], message: 'the scenario draws nothing: use deterministic-pairwise' });
  if (mode === 'monte-carlo' && definition.semantics === 'reference')
    issues.push({ path: ['evaluation', 'mode'], message: 'monte-carlo needs semantics: corrected' });
  if (issues.length > 0) throw new ExperimentError(issues);
  return { definition, warnings: [...idleKeys(mode, given), ...modeWarnings(definition, isRandom)] };
}

function modeFor({ semantics }: ExperimentFile, isRandom: boolean): EvaluationMode {
  if (semantics === 'reference') return 'bootstrap';
  return isRandom ? 'monte-carlo' : 'deterministic-pairwise';
}

function bankIssues({ evaluation, optimized_agents }: ExperimentDefinition, scenario: ScenarioData): ExperimentIssue[] {
  const known = agentEntries(scenario).map(({ id }) => id);
  return optimized_agents.flatMap((id, i): ExperimentIssue[] => {
    const path = ['optimized_agents', i];
    return [
      ...(agentEntry(scenario, id) ? [] : [{ path, message: unknown('bank', id, known) }]),
      ...(evaluation.mode === 'bootstrap' && (id === 'SOURCE' || id === 'SINK')
        ? [{ path, message: `${id} is the name of a part of the sandbox; rename the bank` }]
        : []),
    ];
  });
}

/** Whether a simulation of the scenario can draw a random number: some bank's payments arrive at a rate (spec 17 §1). */
export function drawsPayments(scenario: ScenarioData): boolean {
  const isDrawn = (arrivals: unknown): boolean => ((arrivals ?? {}) as { rate_per_tick?: number }).rate_per_tick! > 0;
  return agentEntries(scenario).some(
    ({ arrival_bands, arrival_config }) =>
      isDrawn(arrival_config) || Object.values((arrival_bands ?? {}) as object).some(isDrawn),
  );
}

/** Keys that do nothing in the mode monte-carlo, with those that do it there; and keys that act in that mode only. */
const ELSEWHERE: readonly (readonly [path: readonly string[], instead: string])[] = [
  [['evaluation', 'num_samples'], 'evaluation.days'],
  [['convergence', 'stability_threshold'], 'convergence.epsilon_pct'],
  [['convergence', 'cv_threshold'], 'convergence.epsilon_pct'],
  [['convergence', 'regret_threshold'], 'convergence.epsilon_pct'],
];
const MONTE_CARLO_ONLY: readonly (readonly string[])[] = [
  ['evaluation', 'days'],
  ...['alpha', 'family', 'tail_days', 'min_settlement_value', 'settlement_scope'].map((key) => ['evaluation', 'acceptance', key]),
  ...['epsilon_cents', 'epsilon_pct', 'certificate'].map((key) => ['convergence', key]),
  ...['racing', 'screen_days'].map((key) => ['optimizer', key]),
  ['budget', 'simulations'],
];

function idleKeys(mode: EvaluationMode, given: Readonly<Record<string, unknown>>): ExperimentIssue[] {
  const isGiven = (path: readonly string[]): boolean => {
    let value: unknown = given;
    for (const key of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
      value = (value as Record<string, unknown>)[key];
    }
    return true;
  };
  if (mode === 'monte-carlo')
    return ELSEWHERE.filter(([path]) => isGiven(path)).map(([path, instead]) => ({
      path,
      message: `has no effect in mode monte-carlo: see ${instead}`,
    }));
  return MONTE_CARLO_ONLY.filter(isGiven).map((path) => ({ path, message: 'acts in mode monte-carlo only' }));
}

function modeWarnings({ evaluation, semantics }: ExperimentDefinition, isRandom: boolean): ExperimentIssue[] {
  const { acceptance, days, mode } = evaluation;
  const path = ['evaluation', 'mode'];
  if (mode.startsWith('deterministic') && isRandom && semantics === 'corrected')
    return [{ path, message: `${mode} compares on one random day an iteration; what it finds holds for those days` }];
  if (mode !== 'monte-carlo') return [];
  return [
    ...(acceptance.require_statistical_significance === false
      ? [
          {
            path: ['evaluation', 'acceptance', 'require_statistical_significance'],
            message: 'without the test, what looks better on these days alone is accepted',
          },
        ]
      : []),
    ...(days.acceptance < 200
      ? [{ path: ['evaluation', 'days', 'acceptance'], message: 'fewer than 200 days: rare losses may be missed' }]
      : []),
    ...(days.test < 1000
      ? [{ path: ['evaluation', 'days', 'test'], message: 'fewer than 1,000 days: intervals may be too narrow' }]
      : []),
  ];
}
