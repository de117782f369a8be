/** A part as a share of the whole, 0 of nothing. */
export const rate = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
