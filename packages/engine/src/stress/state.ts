import { z } from 'zod';

const count = z.int().min(0);
const cents = z.int();

const outage = z.strictObject({
  bank: count,
  since: count,
  /** By bank. */
  exposure: z.array(cents),
  reacted: z.array(count),
  told: z.array(z.int().min(1)),
});

/** What comes back when a shock ends: the amounts that it moved, and the haircut before it. */
const shock = z.strictObject({
  bank: count,
  until: z.int().min(1),
  balance: cents,
  unsecured_cap: cents,
  posted_collateral: cents,
  collateral_haircut: z.number().min(0).max(1).nullable(),
});

/** What stress events have brought about, in a snapshot; what the events are is in the configuration (spec 15 §3). */
export const stressState = z.strictObject({
  outages: z.array(outage),
  /** Tick in which the outage of the system began. */
  system_outage: count.nullable(),
  shocks: z.array(shock),
  /** Cents that shocks have brought to each bank. */
  shocked: z.array(cents),
  /** Haircuts of all banks, which shocks change. */
  haircuts: z.array(z.number().min(0).max(1)),
  /** Payments that may not be released before a tick. */
  delayed: z.array(z.tuple([z.int().min(1), count])),
});

export type StressState = z.infer<typeof stressState>;
export type OutageState = StressState['outages'][number];
export type ShockState = Omit<StressState['shocks'][number], 'bank'>;
