import { dateText, dateSeconds } from '../../../payments/test/support/slow-clock.js';

const FIRST_DAY = '2024-03-25';
const minutes = (n: number): string => `${String(8 + Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;

/** A clock whose days have so many open ticks each, the rest of every day being closed. */
export const clockOf = (openTicks: readonly number[]): object => ({
  time_zone: 'UTC',
  tick: '1m',
  opening: '08:00',
  closing: '08:01',
  first_day: FIRST_DAY,
  weekdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  exceptions: Object.fromEntries(
    openTicks.map((open, day) => [dateText(dateSeconds(FIRST_DAY) + day * 86_400), { closing: minutes(open) }]),
  ),
});
