import { readFileSync } from 'node:fs';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Standard deviation of a payment over its mean. */
const VARIATION = 2;
/** Share of the largest banks that have credit. */
const WITH_CREDIT = 0.1;
/** Traffic in each tenth of a day: opening, morning peak, noon, afternoon, closing. */
const PROFILE = [0.5, 1.4, 1.9, 1.3, 0.9, 0.7, 0.9, 1.2, 0.8, 0.4];
/** Weights of a bank's listed counterparties add up to this; a bank that is not listed weighs 1. */
const TOTAL_WEIGHT = 1_000_000;

/**
 * A scenario document the size of a TARGET2 day, the same for the same options.
 *
 * Bank sizes follow a power law. Banks are linked to a few dozen counterparties, mostly large ones, and what two banks expect to pay
 * each other is equal in both directions, so that no bank runs dry but by chance. Payment counts are Poisson around `payments` a day.
 * `liquidity` scales what banks open with: at 1 payments queue centrally by the thousand in busy hours, at 3 by the hundred.
 * `meanAmount` is the average payment in cents.
 */
export function target2Scenario({
  seed,
  banks = 1050,
  payments = 344_120,
  ticks = 600,
  days = 1,
  liquidity = 1,
  meanAmount = 500_000_000,
}) {
  const random = randomNumbers(seed);
  const sizes = shuffled(
    Array.from({ length: banks }, (_, rank) => (rank + 1) ** -0.9),
    random,
  );
  const total = sum(sizes);
  const mean = total / banks;
  const ids = sizes.map((_, b) => `B${String(b + 1).padStart(4, '0')}`);
  const perDay = sizes.map((size) => (payments * size) / total);
  const amounts = sizes.map((size) => Math.round(meanAmount * (size / mean) ** 0.15));
  const value = sizes.map((_, b) => perDay[b] * amounts[b]);
  const links = linkBanks(sizes, random);
  const strengths = balancedStrengths(links, value);
  const withCredit = [...sizes].sort((x, y) => y - x)[Math.floor(banks * WITH_CREDIT)];
  const agents = ids.map((id, b) => {
    // How far a day's balance strays by chance.
    const spread = amounts[b] * Math.sqrt(2 * perDay[b] * (1 + VARIATION ** 2));
    const opening = Math.round(0.25 * liquidity * spread);
    return {
      id,
      opening_balance: opening,
      unsecured_cap: sizes[b] > withCredit ? Math.round(opening / 2) : 0,
      max_collateral_capacity: opening,
      policy: policyFor(random(), opening),
      arrival_config: {
        rate_per_tick: perDay[b] / ticks,
        amount_distribution: { type: 'LogNormal', mean: amounts[b], std_dev: amounts[b] * VARIATION },
        counterparty_weights: weightsOf(b, links[b], strengths, ids),
        deadline_range: [Math.ceil(ticks / 30), Math.ceil(ticks / 3)],
        priority_distribution: { type: 'Categorical', values: [2, 5, 9], weights: [0.2, 0.7, 0.1] },
      },
    };
  });
  return {
    simulation: { ticks_per_day: ticks, num_days: days, rng_seed: seed },
    agents,
    scenario_events: [...dayProfile(ticks), ...(days > 1 ? moreCreditEveryMorning(agents, ticks) : [])],
    lsm_config: { enable_bilateral: true, enable_cycles: true, max_cycle_length: 4, max_cycles_per_tick: 10 },
    deadline_cap_at_eod: true,
  };
}

const library = (name) => ({
  type: 'InlineJson',
  json_string: readFileSync(new URL(`../../../docs/examples/policies/${name}.json`, import.meta.url), 'utf8'),
});
const PRIORITY_AWARE = library('target2_priority_aware');
const REGIONAL = library('agile_regional_bank');

/** Most banks pay at once, others keep a buffer, wait for deadlines or follow a policy of the library. */
function policyFor(share, opening) {
  if (share < 0.6) return { type: 'Fifo' };
  if (share < 0.8) return { type: 'LiquidityAware', target_buffer: Math.round(opening / 10), urgency_threshold: 20 };
  if (share < 0.85) return { type: 'Deadline', urgency_threshold: 30 };
  return share < 0.95 ? PRIORITY_AWARE : REGIONAL;
}

/** Counterparties of every bank: each bank picks 10 to 30 others by size, and who is picked lists the one who picks. */
function linkBanks(sizes, random) {
  const cumulative = [];
  let total = 0;
  for (const size of sizes) cumulative.push((total += size));
  const links = sizes.map(() => new Set());
  sizes.forEach((_, b) => {
    const picks = new Set();
    const wanted = Math.min(10 + Math.floor(random() * 21), sizes.length - 1);
    while (picks.size < wanted) {
      const other = firstAtLeast(cumulative, random() * total);
      if (other !== b) picks.add(other);
    }
    for (const other of picks) {
      links[b].add(other);
      links[other].add(b);
    }
  });
  return links.map((others) => [...others].sort((x, y) => x - y));
}

/** A number per bank, such that the products of the numbers of linked banks add up to every bank's value. */
function balancedStrengths(links, value) {
  const strengths = value.map(Math.sqrt);
  for (let round = 0; round < 300; round++) {
    links.forEach((others, b) => {
      const flow = strengths[b] * sum(others.map((other) => strengths[other]));
      strengths[b] *= Math.sqrt(value[b] / flow);
    });
  }
  return strengths;
}

function weightsOf(b, others, strengths, ids) {
  const total = sum(others.map((other) => strengths[other]));
  return Object.fromEntries(
    others.map((other) => [ids[other], Math.max(Math.round((TOTAL_WEIGHT * strengths[other]) / total), 1)]),
  );
}

/** Rate changes that repeat every day and leave its total as it is. */
function dayProfile(ticks) {
  const average = sum(PROFILE) / PROFILE.length;
  return PROFILE.map((share, part) => ({
    type: 'GlobalArrivalRateChange',
    multiplier: share / average,
    schedule: { type: 'Repeating', start_tick: Math.round((part * ticks) / PROFILE.length), interval: ticks },
  }));
}

/**
 * Balances stray further from day to day; if credit did not grow with them, more and more payments would be carried over, and a later
 * day would not be like the first. By twice the opening balance, every day has as many events as the first within 3 %.
 */
function moreCreditEveryMorning(agents, ticks) {
  const schedule = { type: 'Repeating', start_tick: ticks, interval: ticks };
  return agents.map(({ id, opening_balance }) => ({
    type: 'CollateralAdjustment',
    agent: id,
    delta: 2 * opening_balance,
    schedule,
  }));
}

function randomNumbers(seed) {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

function shuffled(list, random) {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

function firstAtLeast(cumulative, target) {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cumulative[middle] >= target) high = middle;
    else low = middle + 1;
  }
  return low;
}

const sum = (numbers) => numbers.reduce((total, x) => total + x, 0);
