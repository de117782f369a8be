import { daySeed } from '@simcash/statistics';
import { Days } from '../evaluation/days.js';
import type { EvaluationSetting } from '../evaluation/setting.js';
import { costOf } from '../scenario.js';

/** Costs of the optimised banks in their order, in cents. */
export type DayCosts = readonly number[];

/** Days that no decision of the loop has seen; those of `best` choose among the profiles that were in force (spec 17 §2). */
export function costDays(setting: EvaluationSetting, set: 'test' | 'best'): Days<DayCosts> {
  const { agents, costScope, masterSeed } = setting;
  const seedOf = (day: number): bigint =>
    set === 'test' ? daySeed(masterSeed, 'test', [], day) : daySeed(masterSeed, 'search', ['best'], day);
  return new Days(setting, seedOf, (outcome) => agents.map((id) => costOf(outcome, id, costScope)));
}
