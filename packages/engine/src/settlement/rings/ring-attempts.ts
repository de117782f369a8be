import type { World } from '../../world.js';
import { Rings } from '../algorithms/rings.js';
import { availableFor, keepsBilateralLimit, keepsMultilateralLimit } from '../constraints.js';
import { netPositions, type CycleCandidate } from './settle-ring.js';

/** A ring with a payment that the central system would attempt, and what stands against it. Money is cents. */
export interface RingAttempt {
  /** Banks along the ring; the first is repeated at the end. */
  agents: string[];
  /** Payments that would settle together, and their sum. */
  payments: number;
  value: number;
  /** Banks that would have to pay more than they have, and by how much. */
  short: { agent_id: string; shortfall: number }[];
  /** Whether each of its payments keeps within the limits of its sender. */
  keeps_limits: boolean;
}

/** So many rings are told of, the most valuable first. */
const MOST = 3;

/** Rings that a payment would be in; null if the central system looks for none. */
export function ringAttempts(world: World, p: number): { attempts: RingAttempt[]; isCutOff: boolean } | null {
  const searches = world.system.runs.flatMap(({ algorithms, scope }) =>
    algorithms.flatMap((algorithm) => (algorithm instanceof Rings ? [algorithm.candidates(world, scope)] : [])),
  );
  if (searches.length === 0) return null;
  const own = searches.flatMap(({ rings }) => rings.filter(({ payments }) => payments.includes(p)));
  return {
    attempts: own.slice(0, MOST).map((ring) => attemptOf(world, ring)),
    isCutOff: searches.some(({ hasMore }) => hasMore),
  };
}

function attemptOf(world: World, ring: CycleCandidate): RingAttempt {
  const { banks, payments, system } = world;
  const nets = netPositions(world, ring);
  const short = [...nets].flatMap(([b, net]) => {
    // What is reserved for more urgent payments than the most urgent of its own in the ring is out of its reach.
    const cls = Math.min(...ring.payments.filter((p) => payments.sender[p] === b).map((p) => system.classes.of(p)));
    const shortfall = -net - availableFor(world, b, cls);
    return shortfall > 0 && net < 0 ? [{ agent_id: banks.ids[b]!, shortfall }] : [];
  });
  return {
    agents: ring.agents.map((b) => banks.ids[b]!),
    payments: ring.payments.length,
    value: ring.total,
    short,
    keeps_limits: ring.payments.every((p) => {
      const [sender, receiver, amount] = [payments.sender[p]!, payments.receiver[p]!, payments.remaining[p]!];
      return keepsBilateralLimit(world, sender, receiver, amount) && keepsMultilateralLimit(world, sender, receiver, amount);
    }),
  };
}
