import { z } from 'zod';
import { float, integer } from './scalars.js';
import { valuesOf, variant } from './written.js';

/** From what amounts and priorities of generated payments are drawn (spec 07 §3.4, §3.5; 13 §13.3). */

const weight = float({ min: 0 });
/** Weights of which one at least counts. */
export const shares = z.array(weight).refine((list) => list.some((x) => x > 0), { error: 'at least one must be above 0' });

const SIMPLE_AMOUNTS = {
  Normal: variant('Normal', 'Normal distribution; draws of 0 and less become 1 cent.', {
    mean: integer().describe('Mean of the amounts, in whole cents.'),
    std_dev: integer({ min: 1 }).describe('Standard deviation of the amounts, in whole cents.'),
  }),
  LogNormal: variant('LogNormal', 'Lognormal distribution, given by the moments of the amount itself, not of its logarithm.', {
    mean: float().describe('Mean of the amounts, in cents; with 0 or less every amount is 1 cent.'),
    std_dev: float({ above: 0 }).describe('Standard deviation of the amounts, in cents.'),
  }),
  Uniform: variant('Uniform', 'Every whole number of cents between two ends is equally likely.', {
    min: integer({ min: 0 }).describe('Smallest amount, in cents, itself included; an amount of 0 that is drawn ends the run.'),
    max: integer().describe('Largest amount, in cents, itself included; at least min.'),
  }),
  Exponential: variant('Exponential', 'Exponential distribution.', {
    lambda: float({ above: 0 }).describe('Rate, per cent of amount: the mean amount is 1/lambda cents.'),
  }),
  Pareto: variant('Pareto', 'Pareto distribution: many small amounts, a few very large ones.', {
    threshold: float({ above: 0 }).describe('Smallest amount, in cents.'),
    alpha: float({ above: 0 }).describe('Exponent of the tail, a pure number: the smaller, the heavier.'),
  }),
  Empirical: variant('Empirical', 'One of listed amounts.', {
    values: z
      .array(integer({ min: 1 }))
      .min(1, { error: 'at least one amount is needed' })
      .describe('The amounts, in cents.'),
    weights: shares.optional().describe('How likely each amount is, relative to the others; all the same unless given.'),
  }),
};

const simpleDistribution = z
  .discriminatedUnion('type', valuesOf(SIMPLE_AMOUNTS))
  .superRefine(checkAmounts)
  .meta({ id: 'SimpleAmountDistributionDocument', description: 'How amounts are drawn, in cents; by type.' });

/** Amount distributions, in the order in which an omitted `type` is tried. */
export const AMOUNT_VARIANTS = {
  ...SIMPLE_AMOUNTS,
  Mixture: variant('Mixture', 'One of several distributions, drawn anew for every amount.', {
    components: z
      .array(
        z.strictObject({
          weight: weight.describe('How likely this distribution is, relative to the others.'),
          distribution: simpleDistribution.describe('How amounts are drawn if it is this one; no mixture.'),
        }),
      )
      .refine((list) => list.some((component) => component.weight > 0), { error: 'at least one weight must be above 0' })
      .describe('The distributions with their weights.'),
  }),
};

/** What a distribution's keys must be to each other. */
function checkAmounts(
  distribution: {
    type: string;
    min?: number;
    max?: number;
    values?: readonly unknown[];
    weights?: readonly unknown[] | undefined;
  },
  issues: z.RefinementCtx,
): void {
  const { max, min, type, values: amounts, weights: given } = distribution;
  if (type === 'Uniform' && max! < min!)
    issues.addIssue({ code: 'custom', path: ['max'], message: `must be at least min (${min})` });
  if (type === 'Empirical' && given !== undefined && given.length !== amounts!.length)
    issues.addIssue({ code: 'custom', path: ['weights'], message: `must be as long as values (${amounts!.length})` });
}

export const amountDistribution = z
  .discriminatedUnion('type', valuesOf(AMOUNT_VARIANTS))
  .superRefine(checkAmounts)
  .meta({ id: 'AmountDistributionDocument', description: 'How amounts are drawn, in cents; by type.' });

export const priority = integer({ min: 0, max: 10 });

export const PRIORITY_VARIANTS = {
  Fixed: variant('Fixed', 'Always the same priority.', {
    value: priority.describe('The priority, 0 to 10, 10 the most urgent.'),
  }),
  Categorical: variant('Categorical', 'One of listed priorities.', {
    values: z.array(priority).describe('The priorities, each 0 to 10.'),
    weights: z.array(float()).describe('How likely each is, relative to the others; as many as values, with a sum above 0.'),
  }),
  Uniform: variant('Uniform', 'Every priority between two ends is equally likely.', {
    min: priority.describe('Lowest priority, 0 to 10, itself included.'),
    max: priority.describe('Highest priority, 0 to 10, itself included; at least min.'),
  }),
};

export const priorityDistribution = z
  .discriminatedUnion('type', valuesOf(PRIORITY_VARIANTS))
  .superRefine((distribution, issues) => {
    if (distribution.type === 'Uniform' && distribution.max < distribution.min) {
      issues.addIssue({ code: 'custom', path: ['max'], message: `must be at least min (${distribution.min})` });
    }
    if (distribution.type !== 'Categorical') return;
    if (distribution.values.length !== distribution.weights.length) {
      const lengths = `${distribution.values.length} values, ${distribution.weights.length} weights`;
      issues.addIssue({ code: 'custom', path: ['weights'], message: `must be as long as values (${lengths})` });
    }
    if (!(sum(distribution.weights) > 0))
      issues.addIssue({ code: 'custom', path: ['weights'], message: 'must add up to more than 0' });
  })
  .meta({ id: 'PriorityDistributionDocument', description: 'How priorities are drawn; by type.' });

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);
