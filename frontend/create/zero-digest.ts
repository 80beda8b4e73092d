/** Legal text of terms that have none. */
export const ZERO_DIGEST: `0x${string}` = `0x${"00".repeat(32)}`;
