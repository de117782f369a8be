import type { Scenario } from '@simcash/engine';
import { SweepError, type SweepInput } from '../definition/schema.js';

/** The axis of a sweep of externalities, and its first cell. */
const AS_BENCHMARK = 'as_benchmark';
const NOBODY = 'nobody';

/** What is measured of every bank, with the words of people. */
export const EXTERNALITIES = [
  ['total_cost', 'costs'],
  ['delay_indicator', 'delay indicator'],
  ['liquidity_used', 'liquidity used'],
  ['unsettled_value_end', 'unsettled at the end'],
] as const;

/**
 * The sweep that tells what each bank's behaviour does to the others: nobody behaves like the benchmark, then each bank alone does.
 *
 * @param benchmark a policy as a scenario has it
 * @throws SweepError for banks that make it ambiguous
 */
export function externalitiesDocument(
  { config }: Scenario,
  benchmark: Readonly<Record<string, unknown>>,
  rest: Pick<SweepInput, 'sweep' | 'replications' | 'seeds'>,
): SweepInput {
  const banks = config.agent_configs.map(({ id }) => id);
  if (banks.includes(NOBODY))
    throw new SweepError([{ path: 'agents', message: `a bank is called '${NOBODY}', which stands for none here` }]);
  return {
    ...rest,
    axes: [
      {
        name: AS_BENCHMARK,
        values: [
          { label: NOBODY, set: {} },
          ...banks.map((bank) => ({ label: bank, set: { [`agents.${bank}.policy`]: benchmark } })),
        ],
      },
    ],
    baseline: { [AS_BENCHMARK]: NOBODY },
    measures: EXTERNALITIES.flatMap(([name]) => banks.map((bank) => `bank.${bank}.${name}`)),
    statistics: { bootstrap: 0 },
  };
}
