import type { RunPurpose } from '@simcash/protocol';

const RUN_ID = /^(?<name>.+)-(?<date>\d{8})-(?<time>\d{6})-(?<random>[a-f0-9]{6})$/;

/** `{name}-{YYYYMMDD}-{HHMMSS}-{6 hex digits}`, local time (spec 11 §3). `random` gives 3 bytes. */
export function runId(name: string, now: Date, random: Uint8Array): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  return `${name}-${date}-${time}-${Buffer.from(random.subarray(0, 3)).toString('hex')}`;
}

/** The parts of a run id; null if it is none. */
export function parseRunId(id: string): { name: string; date: string; time: string; random: string } | null {
  const groups = RUN_ID.exec(id)?.groups;
  return groups ? (groups as { name: string; date: string; time: string; random: string }) : null;
}

/** Why one of a run's simulations was run, and for whom. */
export interface SimulationIdentity {
  /** The experiment's id. */
  run_id: string;
  /** Iterations are counted from 0. */
  iteration: number;
  /** What the run is for. */
  purpose: RunPurpose;
  /** The bank's id. */
  agent_id?: string;
  /** Whether the policy in force or the proposed one is played. */
  variant?: 'old' | 'new';
  /** The number of the sampled day. */
  sample?: number;
}

/** `{run_id}-iter{N}-{purpose}[-{agent}][-{variant}][-s{sample}]`: a function of the work unit (spec 09 §7.2). */
export function simulationId({ agent_id, iteration, purpose, run_id, sample, variant }: SimulationIdentity): string {
  const parts = [run_id, `iter${iteration}`, purpose];
  if (agent_id !== undefined) parts.push(agent_id);
  if (variant !== undefined) parts.push(variant);
  if (sample !== undefined) parts.push(`s${String(sample).padStart(3, '0')}`);
  return parts.join('-');
}

const SHORT_PURPOSES: Record<string, string> = { init: 'initial', boot: 'bootstrap', comp: 'comparison', eval: 'evaluation' };

/** The id behind `iter5:eval` or `iter5:bootstrap:BANK_A:new:s007`, as a prefix to match (spec 09 §8.4). */
export function simulationPrefix(run: string, selector: string): string {
  const [iteration, purpose, ...qualifiers] = selector.split(':');
  const parts = [run, iteration, ...(purpose === undefined ? [] : [SHORT_PURPOSES[purpose] ?? purpose]), ...qualifiers];
  return parts.join('-');
}
