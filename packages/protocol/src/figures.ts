/** How amounts are written for people: in units of 100 cents, `1,234.56`, or in cents, `123,456`. */
export type MoneyUnits = 'currency' | 'cents';

let units: MoneyUnits = 'currency';

/** Says how {@link money} writes amounts from now on, in the whole process: a command is told once. */
export function writeMoneyIn(chosen: MoneyUnits): void {
  units = chosen;
}

/** Cents as people asked to read them: `1,234.56`, negative `-50.00`; beyond the exact range they are a text of digits. */
export function money(cents: number | string): string {
  if (units === 'currency') return currency(cents);
  return typeof cents === 'string' ? grouped(cents) : `${cents < 0 ? '-' : ''}${grouped(String(Math.round(Math.abs(cents))))}`;
}

/** Cents in units of 100, however people asked to read amounts: for texts that are stored, and for models. */
export function currency(cents: number | string): string {
  if (typeof cents === 'string') {
    const digits = cents.padStart(3, '0');
    return `${grouped(digits.slice(0, -2))}.${digits.slice(-2)}`;
  }
  const whole = grouped(String(Math.floor(Math.abs(cents) / 100)));
  return `${cents < 0 ? '-' : ''}${whole}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
}

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** Share in percent with one decimal; `–` of nothing. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)}%`;
}

/** `3 payments`, `1 payment`. */
export function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
