import type { World } from '../world.js';

/** Submitted payments are capped at the last tick of the day, one tick before generated ones (Quirk Q203). */
export function capDeadline(world: World, raw: number): number {
  const { clock, config } = world;
  let deadline = Math.min(raw, clock.episodeEnd);
  if (config.deadline_cap_at_eod) deadline = Math.min(deadline, (clock.day + 1) * clock.ticksPerDay - 1);
  return Math.max(deadline, clock.tick + 1);
}
