/** Transaction ids: `T` and the creation number, at least eight digits (spec 01 §5.2). */
export function transactionId(number: number): string {
  return number < 1e8 ? `T${String(1e8 + number).slice(1)}` : `T${number}`;
}

/** Creation number behind an id, or 0 when the text is not the canonical id of any transaction. */
export function transactionNumber(id: string): number {
  if (!/^T\d{8,15}$/.test(id)) return 0;
  const number = Number(id.slice(1));
  return transactionId(number) === id ? number : 0;
}
