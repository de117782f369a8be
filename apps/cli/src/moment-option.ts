import { isClockTime } from '@simcash/payments/schema';
import { wholeNumber } from './numbers.js';

/** A tick as the command line says it: a number, or a time of the clock (spec 13 §2.6). */
export type Moment = number | string;

/** Parser of an option whose value is a tick, or a time as `10:30` or `10:30@2`. */
export const momentOption =
  (flag: string, min = 0) =>
  (text: string): Moment =>
    isClockTime(text) ? text : wholeNumber(text, flag, min);
