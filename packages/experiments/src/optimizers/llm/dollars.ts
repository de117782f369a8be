import { currency } from '@simcash/protocol';

/** Cents as a model reads them best, with a currency: `$1,234.56`. */
export function dollars(cents: number): string {
  return `${cents < 0 ? '-' : ''}$${currency(Math.abs(Math.round(cents)))}`;
}
