import { json, simulation, table, word } from '../column.js';

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
