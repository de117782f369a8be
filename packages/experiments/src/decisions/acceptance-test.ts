import type { AcceptanceTest } from '@simcash/protocol';
import type { PairedTest } from '@simcash/statistics';
import { share, type PlayedDays } from '../evaluation/played-days.js';

/** A test as it is stored (spec 17 §5.3). */
export function acceptanceTest(
  {
    df,
    exceptions,
    losing_days,
    lower,
    margin,
    mean_saving,
    n,
    p_value,
    sd,
    skewness,
    statistic,
    tail_days,
    thin,
    upper,
    worst_saving,
  }: PairedTest,
  old: PlayedDays,
  now: PlayedDays,
  { alpha, rank }: { alpha: number; rank: number },
): AcceptanceTest {
  return {
    test: 'hall_t',
    num_days: n,
    tail_days,
    test_df: df,
    test_rank: rank,
    alpha,
    margin_cents: margin,
    test_statistic: statistic,
    p_value,
    saving_mean: mean_saving,
    saving_sd: sd,
    saving_skewness: skewness,
    saving_lower: lower,
    saving_upper: upper,
    losing_days,
    exceptions,
    worst_saving_cents: worst_saving,
    thin,
    old_settlement_rate: share(old.settled, old.arrived),
    new_settlement_rate: share(now.settled, now.arrived),
    old_settlement_value: share(old.settled_value, old.arrived_value),
    new_settlement_value: share(now.settled_value, now.arrived_value),
  };
}
