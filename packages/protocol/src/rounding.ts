/** Nearest whole number, half away from zero, and never −0 (spec 01 §1). */
export function roundHalfAway(x: number): number {
  const whole = Math.trunc(x);
  return (Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole) + 0;
}
