/** `$1,234.56` */
export function cents(amount: number): string {
  const [whole, fraction] = (Math.abs(amount) / 100).toFixed(2).split('.');
  return `${amount < 0 ? '-' : ''}$${whole!.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`;
}

/** `12.5 %`; at most one decimal. */
export function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
