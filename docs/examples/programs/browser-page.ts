/**
 * The engine in a browser: the page runs a morning of two banks and draws NORTH's balance. Bundled, it is one script without
 * imports, which `browser-page.html` loads.
 *
 * Prints, into the page:
 *
 *      0 ###################              5 settled
 *      1 ##########################       4 settled
 *      2 ############################     3 settled
 *      3 #######################          1 settled
 *      4 #####################            3 settled
 *      5 ##################               3 settled
 *      6 #########################        2 settled
 *      7 ################                 3 settled
 *      8 ###############                  6 settled
 *      9 ###############                  0 settled
 *     10 #########                        2 settled
 *     11 ###                              5 settled
 */
import { Simulation, type ArrivalConfigDocument } from '@simcash/engine';

const arrivals = (receiver: string): ArrivalConfigDocument => ({
  rate_per_tick: 1.2,
  amount_distribution: { type: 'Uniform', min: 2_000, max: 30_000 },
  counterparty_weights: { [receiver]: 1 },
  deadline_range: [3, 8],
});
const simulation = Simulation.create({
  simulation: { ticks_per_day: 12, num_days: 1, rng_seed: 7 },
  agents: [
    { id: 'NORTH', opening_balance: 80_000, arrival_config: arrivals('SOUTH') },
    { id: 'SOUTH', opening_balance: 80_000, arrival_config: arrivals('NORTH') },
  ],
});

const lines: string[] = [];
for (const { num_settlements, tick } of simulation) {
  const { balance } = simulation.agent('NORTH');
  lines.push(`${String(tick).padStart(2)} ${'#'.repeat(Math.round(balance / 5_000)).padEnd(32)} ${num_settlements} settled`);
}
document.querySelector('#simulation')!.textContent = lines.join('\n');
