/** Nearest whole number, half away from zero; −0 for what is rounded up to zero, to which 0 is added where it is told (spec 01 §1). */
export function roundHalfAway(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}
