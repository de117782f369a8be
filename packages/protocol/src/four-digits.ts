/** `0000` in UTF-8. */
const ZEROS = 0x30303030;

/** The four decimal digits of the numbers below 10,000 as a word of UTF-8, the first in its lowest byte. */
export const FOUR_DIGITS = Uint32Array.from({ length: 1e4 }, (_, n) => {
  const digit = (unit: number): number => Math.floor(n / unit) % 10;
  return ZEROS + digit(1000) + (digit(100) << 8) + (digit(10) << 16) + (digit(1) << 24);
});
