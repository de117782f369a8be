/** A share as text, `12.5%`; at most one decimal. */
export function shareText(share: number): string {
  return `${Number((100 * share).toFixed(1))}%`;
}
