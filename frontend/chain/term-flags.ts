/**
 * Bits of a license's terms. Written out beside `common/terms.ts` because that module computes ids with viem, which a
 * first page does not load; a test holds the two equal.
 */
export const FLAGS = {
  commercial: 1,
  derivatives: 2,
  training: 4,
  attribution: 8,
  reciprocal: 16,
  transferable: 32,
} as const;

/** Splits the bit field into names. */
export function termFlagsOf(flags: number): Record<keyof typeof FLAGS, boolean> {
  return Object.fromEntries(Object.entries(FLAGS).map(([name, bit]) => [name, (flags & bit) !== 0])) as Record<
    keyof typeof FLAGS,
    boolean
  >;
}
