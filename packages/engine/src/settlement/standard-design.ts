import type { EngineConfig } from '../scenario/config.js';
import { CLASSES, type AlgorithmConfig, type RunConfig, type SettlementConfig } from '../scenario/settlement/config.js';

/** How the central system of a scenario settles, and what it logs of its runs. */
export type Design = Omit<SettlementConfig, 'report'> & { report: SettlementConfig['report'] | 'sequencing' | 'none' };

const forAll = <T>(value: T): Record<(typeof CLASSES)[number], T> => ({
  highly_urgent: value,
  urgent: value,
  normal: value,
});

/** The design of a scenario: its own, or that of the keys which `settlement` replaces (spec 12 §2.1). */
export function designOf(config: EngineConfig): Design {
  if (config.settlement !== undefined) return config.settlement;
  const { algorithm_sequencing, entry_disposition_offsetting, priority_mode } = config;
  return {
    entry: { gross: forAll(true), offset: entry_disposition_offsetting ? 'first' : 'none' },
    queue: { priority: priority_mode ? 'rtgs' : 'none', urgent_receivers: [], discipline: forAll('bypass') },
    limits: 'gross',
    reservations: [],
    runs: [run('retry', 1, [{ type: 'retry', passes: 1 }]), ...offsets(config)],
    report: algorithm_sequencing ? 'sequencing' : 'none',
  };
}

/** Pairs and rings, at most three times over (spec 04 §8). */
function offsets({ lsm_config: lsm }: EngineConfig): RunConfig[] {
  const algorithms: AlgorithmConfig[] = [];
  if (lsm.enable_bilateral) algorithms.push({ type: 'bilateral', legacy: true });
  if (lsm.enable_cycles)
    algorithms.push({
      type: 'rings',
      max_length: lsm.max_cycle_length,
      max_attempts: lsm.max_cycles_per_tick,
      max_queue: 100,
      edges: 'all',
      legacy: true,
    });
  return algorithms.length === 0 ? [] : [run('lsm', 3, algorithms)];
}

const run = (name: string, repeat: number, algorithms: AlgorithmConfig[]): RunConfig => ({
  name,
  when: 'every_tick',
  classes: [...CLASSES],
  repeat,
  retry_after: true,
  algorithms,
});
