/** Type-II DCT by Lee's recursion (Byeong Gi Lee 1984), unscaled, in the order of operations of the ISCC reference. */

/**
 * 2·cos((i + 1/2)·pi / n) for n = 32, 16, 8, 4, 2. Literals, because engines may round `Math.cos` differently and one
 * last bit can move a coefficient across the median.
 */
// biome-ignore format: one length per line
const TWICE_COS: ReadonlyMap<number, readonly number[]> = new Map([
  [32, [
    1.9975909124103448, 1.978353019929562, 1.940062506389088, 1.8830881303660416, 1.8079785862468867, 1.7154572200005442,
    1.6064150629612899, 1.4819022507099182, 1.3431179096940367, 1.191398608984867, 1.0282054883864433, 0.8551101868605644,
    0.6737797067844401, 0.48596035980652796, 0.2934609489107235, 0.09813534865483625,
  ]],
  [16, [
    1.9903694533443939, 1.9138806714644176, 1.76384252869671, 1.546020906725474, 1.268786568327291, 0.9427934736519956,
    0.5805693545089247, 0.19603428065912154,
  ]],
  [8, [1.9615705608064609, 1.6629392246050905, 1.1111404660392046, 0.39018064403225666]],
  [4, [1.8477590650225735, 0.7653668647301797]],
  [2, [1.4142135623730951]],
]);

/**
 * DCT of a row, in place.
 * @param row 1, 2, 4, 8, 16 or 32 values; become as many coefficients, lowest frequency first
 * @returns `row`
 */
export function dct(row: Float64Array): Float64Array {
  if (row.length > 1 && !TWICE_COS.has(row.length)) throw new RangeError(`no DCT of length ${row.length}`);
  transform(row, 0, row.length, new Float64Array(row.length));
  return row;
}

/** `values[at, at + n)`; the two arrays change roles from level to level, so nothing is allocated. */
function transform(values: Float64Array, at: number, n: number, other: Float64Array): void {
  if (n === 1) return;
  const half = n / 2;
  const cos = TWICE_COS.get(n)!;
  for (let i = 0; i < half; i++) {
    const a = values[at + i]!;
    const b = values[at + n - 1 - i]!;
    other[at + i] = a + b;
    other[at + half + i] = (a - b) / cos[i]!;
  }
  transform(other, at, half, values);
  transform(other, at + half, half, values);
  for (let i = 0; i < half - 1; i++) {
    values[at + 2 * i] = other[at + i]!;
    values[at + 2 * i + 1] = other[at + half + i]! + other[at + half + i + 1]!;
  }
  values[at + n - 2] = other[at + half - 1]!;
  values[at + n - 1] = other[at + n - 1]!;
}
