/**
 * Normal random numbers from integers by a fixed rational approximation: only + - * / and sqrt, which IEEE 754 defines
 * to the last bit, so that equal seeds give equal numbers in every engine (Math.log and Math.cos are engine-defined).
 */
import type { Prng } from "../../common/prng.ts";

/**
 * Natural logarithm of a positive, normal number: splits off the power of two, then the atanh series on [sqrt(1/2), sqrt(2)).
 * Absolute error below 1e-15 on the mantissa's part.
 */
export function naturalLog(x: number): number {
  if (!(x > 0) || !Number.isFinite(x)) throw new RangeError("naturalLog takes a positive finite number");
  let m = x;
  let e = 0;
  while (m >= Math.SQRT2) {
    m /= 2;
    e++;
  }
  while (m < Math.SQRT1_2) {
    m *= 2;
    e--;
  }
  const s = (m - 1) / (m + 1);
  const s2 = s * s;
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * s2 + 1 / k;
  return 2 * s * sum + e * Math.LN2;
}

const polynomial = (c: readonly number[], x: number): number => c.reduceRight((sum, k) => sum * x + k, 0);

// Coefficients of PPND16: Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", 1988.
const CENTRE_NUMERATOR = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const CENTRE_DENOMINATOR = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852546,
];
const TAIL_NUMERATOR = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const TAIL_DENOMINATOR = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995344, 1.0507500716444169e-9,
];

/**
 * Quantile of the standard normal distribution for p in [exp(-25), 1 - exp(-25)]: every p that `gaussian` draws is
 * inside. Error below 1e-15 relative (AS 241).
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE_NUMERATOR, r)) / polynomial(CENTRE_DENOMINATOR, r);
  }
  const r = Math.sqrt(-naturalLog(q < 0 ? p : 1 - p)) - 1.6;
  const x = polynomial(TAIL_NUMERATOR, r) / polynomial(TAIL_DENOMINATOR, r);
  return q < 0 ? -x : x;
}

/** One standard normal number; takes one integer from `prng`. Magnitude at most 6.24. */
export function gaussian(prng: Prng): number {
  return normalQuantile((prng.uint32() + 0.5) / 4294967296);
}

/** `length` standard normal numbers, rounded to float32. */
export function gaussians(prng: Prng, length: number): Float32Array {
  const out = new Float32Array(length);
  for (let i = 0; i < length; i++) out[i] = gaussian(prng);
  return out;
}
