/** What needs no file and no hash: clocks and the words of sources. */
export { Calendar, CalendarError, type BusinessDay } from './clock/calendar.js';
export { clockTimeOf, startOfTick, tickOfClockTime } from './clock/clock-time.js';
export { isClockTime } from './clock/is-clock-time.js';
export { hoursOf, lastTickBy, type DayHours } from './clock/hours.js';
export { isoDate } from './clock/dates.js';
export { clockSchema, minutesOf, tickSeconds, type ClockConfig } from './clock/schema.js';
export { MICROS, Zone, type Disambiguation } from './clock/zone.js';
export {
  formatOf,
  isFile,
  isRun,
  isTable,
  nameOf,
  paymentsForm,
  sourceSchema,
  type FileSource,
  type SourceConfig,
  type TableSource,
} from './source/schema.js';
export {
  accountChangeSchema,
  accountsSchema,
  limitChangeSchema,
  limitsSchema,
  type AccountChange,
  type LimitChange,
} from './accounts/schema.js';
