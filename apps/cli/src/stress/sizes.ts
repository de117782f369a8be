import type { Scenario } from '@simcash/engine';
import { byCodePoint } from '@simcash/protocol';
import { meanFigures } from '@simcash/statistics';
import { NO_FILES, planSweep, readSweep, runSweep } from '@simcash/sweeps';
import type { BankSize } from './cases.js';

/** What banks send without stress, mean over the seeds; 0 without seeds, where nobody asks. */
export async function sizesOfBanks(scenario: Scenario, seeds: readonly bigint[]): Promise<BankSize[]> {
  const banks = scenario.config.agent_configs.map(({ id }) => id).sort(byCodePoint);
  if (seeds.length === 0) return banks.map((bank) => ({ bank, value_sent: 0 }));
  const measures = banks.map((bank) => `bank.${bank}.value_sent`);
  const plan = planSweep(readSweep({ sweep: 'sizes', seeds: [...seeds], measures }), scenario, NO_FILES);
  const { results } = await runSweep(plan);
  return banks.map((bank, m) => {
    const values = results.values(0, m, seeds.length).filter((value) => value !== null);
    return { bank, value_sent: meanFigures(values).mean ?? 0 };
  });
}
