import { bank, bigints, integer, json, simulation, table, word } from '../column.js';

/** Sections of a sheet, in the order in which they are shown (spec 14 §12). */
const SHEET_SECTIONS = ['system', 'days', 'banks', 'bank_days', 'pairs', 'bcbs248', 'network', 'profile'] as const;

export const indicator_sheets = table({
  about: 'The indicators of a completed simulation, as `simcash indicators --json` prints them: computed once, when it ended.',
  written: 'From level EVENTS, when a simulation completes',
  level: 'EVENTS',
  primaryKey: ['simulation_id', 'section'],
  columns: {
    simulation_id: simulation,
    section: word(
      SHEET_SECTIONS,
      'part of the sheet: `system`, `days`, `banks`, `bank_days`, `pairs`, `bcbs248`, `network`, `profile`',
    ),
    content: json('its indicators; keys as in the specification, money in cents, times in ticks'),
  },
});

export const bank_day_series = table({
  about: 'Days of banks of completed simulations as lists, an element for each tick of the day: what views show of ticks.',
  written: 'From level EVENTS, when a simulation of 20,000 bank-ticks or more completes',
  level: 'EVENTS',
  logicalKey: ['simulation_id', 'agent_id', 'day'],
  columns: {
    simulation_id: simulation,
    agent_id: bank('bank'),
    day: integer('day, from 0'),
    due_so_far: bigints('cents; payments of this sender that arrived so far on the day'),
    sent_so_far: bigints('cents; flows sent so far on the day: settled legs and scheduled settlements'),
    value_received: bigints('cents; flows received in the tick'),
    payments_sent: bigints('cents; settled legs sent in the tick'),
    payments_received: bigints('cents; settled legs received in the tick'),
    unsettled_value: bigints('cents; payments that arrived so far in the run minus legs settled so far'),
    net_position: bigints('cents; flows received minus sent since the start of the day'),
    net_position_due: bigints('cents; the same if everything settled when it was due'),
    balance: bigints('cents; before the liquidity return of a day'),
    credit_limit: bigints('cents; unsecured cap and collateral value'),
  },
});
