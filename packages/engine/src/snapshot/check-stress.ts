import { byCodePoint } from '@simcash/protocol';
import type { EngineConfig } from '../scenario/config.js';
import { beganIn, endOf, isStressEvent, type StressEvent } from '../stress/windows.js';
import { refuse } from './read.js';
import type { State } from './state.js';

/** What stress events have brought about fits the events of the scenario: those in force in the tick before, and no others. */
export function checkStress(state: State, config: EngineConfig): void {
  const events = config.scenario_events.filter(isStressEvent);
  const { stress } = state;
  if ((stress === undefined) !== (events.length === 0)) return refuse(['stress'], 'goes with stress events');
  if (stress === undefined) return;
  const ids = config.agent_configs.map(({ id }) => id).sort(byCodePoint);
  const inForce = (type: StressEvent['type']): { event: StressEvent; since: number }[] =>
    events.flatMap((event) => {
      const since = event.type === type && state.current_tick > 0 ? beganIn(event, state.current_tick - 1) : null;
      return since === null ? [] : [{ event, since }];
    });
  const bankOf = (event: StressEvent): number => ids.indexOf('agent' in event ? event.agent : '');
  const same = (key: keyof typeof stress, found: unknown[][], expected: unknown[][]): void => {
    const inOrder = (list: unknown[][]): string => JSON.stringify(list.map((one) => JSON.stringify(one)).sort());
    if (inOrder(found) !== inOrder(expected)) refuse(['stress', key], 'are not those that the scenario has in this tick');
  };
  same(
    'outages',
    stress.outages.map(({ bank, since }) => [bank, since]),
    inForce('ParticipantOutage').map(({ event, since }) => [bankOf(event), since]),
  );
  same('system_outage', [[stress.system_outage]], [[inForce('SystemOutage')[0]?.since ?? null]]);
  same(
    'shocks',
    stress.shocks.map(({ bank, until }) => [bank, until]),
    inForce('LiquidityShock')
      .map(({ event, since }) => [bankOf(event), endOf(event, since)])
      .filter(([, until]) => until !== Infinity),
  );
  for (const key of ['shocked', 'haircuts'] as const)
    if (stress[key].length !== ids.length) refuse(['stress', key], 'must have one entry per bank');
  stress.outages.forEach((outage, i) => {
    const path = ['stress', 'outages', i];
    if (outage.exposure.length !== ids.length) refuse([...path, 'exposure'], 'must have one entry per bank');
    if (outage.reacted.some((b) => b >= ids.length || b === outage.bank)) refuse([...path, 'reacted'], 'must name other banks');
    if (outage.told.some((number) => number > state.last_transaction)) refuse([...path, 'told'], 'must name payments');
  });
  stress.delayed.forEach(([number, until], i) => {
    if (number > state.last_transaction || until < state.current_tick)
      refuse(['stress', 'delayed', i], 'must name payments that may not be released yet');
  });
}
