/** Cents as people write amounts, in units of 100 cents: `1,234.56`, negative `-50.00`; beyond the exact range they are a text of digits. */
export function money(cents: number | string): string {
  if (typeof cents === 'string') {
    const digits = cents.padStart(3, '0');
    return `${digits.slice(0, -2).replace(/\B(?=(\d{3})+(?!\d))/g, ',')}.${digits.slice(-2)}`;
  }
  const digits = String(Math.floor(Math.abs(cents) / 100)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${cents < 0 ? '-' : ''}${digits}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
}

/** Share in percent with one decimal; `–` of nothing. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)}%`;
}

/** `3 payments`, `1 payment`. */
export function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
