import { QUIET_SCENARIO, temporaryDirectory } from './simcash.js';

/** Scenarios with a clock, and one without. */

const AGENTS = `agents:
  - {id: A, opening_balance: 900, policy: {type: Fifo}}
  - {id: B, opening_balance: 0, policy: {type: Fifo}}
`;
const scenario = (days: number, first: string, opening: string, closing: string, payments = ''): string =>
  `simulation: {num_days: ${days}, rng_seed: 1}
${AGENTS}clock: {time_zone: Europe/Berlin, tick: 30m, opening: "${opening}", closing: "${closing}", first_day: ${first}, weekdays: [wed, thu, sun]}
${payments}`;

const FILES: Readonly<Record<string, string>> = {
  'one.yaml': scenario(1, '2024-03-27', '07:00', '18:00', 'payments: {file: pay.csv}\n'),
  'two.yaml': scenario(2, '2024-03-27', '07:00', '18:00'),
  /** Half past two is skipped, and comes twice. */
  'spring.yaml': scenario(1, '2024-03-31', '00:00', '12:00'),
  'autumn.yaml': scenario(1, '2024-10-27', '00:00', '12:00'),
  'without.yaml': QUIET_SCENARIO,
  'pay.csv': `external_ref,time,sender,receiver,amount
INV-1,2024-03-27 08:31,A,B,1.00
INV-2,2024-03-27 12:31,B,A,0.50
INV-3,2024-03-27 13:00,B,A,9.50
`,
};

export const clockDirectory = (): string => temporaryDirectory(FILES);
