/** Sine and cosine from + - * alone, with the angle in turns, so that every machine computes the same picture. */

/** sin(2 pi t). Error below 1e-9. */
export function sinTurns(t: number): number {
  // Folded into [-1/4, 1/4] of a turn, where the odd Taylor polynomial of degree 15 is exact to 1e-10.
  let u = t - Math.round(t);
  if (u > 0.25) u = 0.5 - u;
  if (u < -0.25) u = -0.5 - u;
  const x = u * 2 * Math.PI;
  const x2 = x * x;
  let sum = 1;
  for (let k = 14; k >= 2; k -= 2) sum = 1 - (sum * x2) / (k * (k + 1));
  return x * sum;
}

/** cos(2 pi t). */
export function cosTurns(t: number): number {
  return sinTurns(t + 0.25);
}
