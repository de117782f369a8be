/**
 * Which elements of policies and which cost rates belong to a scenario (spec 07 §7).
 *
 * @module
 */

import { z } from 'zod';
import { text } from './scalars.js';
import { writtenAs } from './written.js';

/** Categories of policy elements that a scenario can include or exclude (spec 07 §7.1). */
export const POLICY_CATEGORIES = [
  ...[
    'AgentField',
    'BankAction',
    'BinaryArithmetic',
    'CollateralAction',
    'CollateralField',
    'ComparisonOperator',
    'CostField',
    'DerivedField',
  ],
  ...[
    'LogicalOperator',
    'LsmField',
    'NaryArithmetic',
    'NodeType',
    'PaymentAction',
    'QueueField',
    'RtgsAction',
    'StateRegisterField',
  ],
  ...['SystemField', 'TernaryMath', 'ThroughputField', 'TimeField', 'TransactionField', 'TreeType', 'UnaryMath', 'ValueType'],
] as const;

/** Kinds of costs: charged each tick, once, each day, or changing other costs. */
export const COST_CATEGORIES = ['PerTick', 'OneTime', 'Daily', 'Modifier'] as const;

const toggles = (categories: readonly string[]) => {
  const category = writtenAs(
    text.refine((name) => categories.includes(name), {
      error: ({ input }) => `Unknown category: ${String(input)}. Valid categories: ${[...categories].sort().join(', ')}`,
    }),
    { form: z.enum(categories) },
  );
  return z
    .strictObject({
      include: z.array(category).nullish().describe('The categories that belong to it; no others do.'),
      exclude: z.array(category).nullish().describe('The categories that do not belong to it, in place of include.'),
    })
    .refine((t) => !(t.include && t.exclude), {
      error: "Cannot specify both 'include' and 'exclude' - choose one",
    });
};

export const policyToggles = toggles(POLICY_CATEGORIES);
export const costToggles = toggles(COST_CATEGORIES);
