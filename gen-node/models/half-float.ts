/** IEEE 754 binary16, in integers and exact powers of two, so that every machine reads the same weights. */

/** Value of a 16-bit pattern; exact in float32. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Nearest 16-bit pattern, ties to even; too large becomes infinite. */
export function toHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  let exponent = 0;
  // Scaled into [1024, 2048) the integer part is the significand; below 2^-14 the exponent stays (subnormal).
  let scaled = magnitude * 2 ** 24;
  while (scaled >= 2048) {
    scaled /= 2;
    exponent++;
  }
  let whole = Math.floor(scaled);
  const rest = scaled - whole;
  if (rest > 0.5 || (rest === 0.5 && whole % 2 === 1)) whole++;
  // A carry out of the significand is one more in the exponent, which the addition below does by itself.
  return sign | ((exponent << 10) + whole);
}
