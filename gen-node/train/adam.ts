/** Adam (Kingma and Ba 2015) on the host, over all weights at once: one pass instead of ten tensor operations each. */

/** Step size and decay rates; epsilon as in Keras. */
export type AdamOptions = { rate: number; beta1: number; beta2: number; epsilon: number };

export const KERAS_ADAM: AdamOptions = { rate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/** First and second moments of one tensor, float32. */
export type Moments = { first: Float32Array; second: Float32Array };

/** Moments before the first step. */
export function freshMoments(length: number): Moments {
  return { first: new Float32Array(length), second: new Float32Array(length) };
}

/**
 * One update in place. Double arithmetic rounded to float32 on store, so equal on every machine.
 * @param step 1 for the first update
 */
export function adamUpdate(
  values: Float32Array,
  gradient: Float32Array,
  { first, second }: Moments,
  step: number,
  { rate, beta1, beta2, epsilon }: AdamOptions = KERAS_ADAM,
): void {
  const scale = (rate * Math.sqrt(1 - power(beta2, step))) / (1 - power(beta1, step));
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i] as number;
    const m = beta1 * (first[i] as number) + (1 - beta1) * g;
    const v = beta2 * (second[i] as number) + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    values[i] = (values[i] as number) - (scale * m) / (Math.sqrt(v) + epsilon);
  }
}

/** x^n by squaring: `Math.pow` may differ between engines in the last bit. */
export function power(x: number, n: number): number {
  let result = 1;
  for (let base = x, k = n; k > 0; k = Math.floor(k / 2), base *= base) if (k % 2 === 1) result *= base;
  return result;
}
