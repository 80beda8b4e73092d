/**
 * Exact Hamming search: every code is compared with every query of a batch. Scalar `i64.popcnt`: x64 and arm64 have the
 * instruction, while SIMD has only a popcount of bytes, which measures two to three times slower.
 *
 * Memory is laid out by the caller. Queries lie one after another, each as long as a code, with a radius (i32) each.
 * A hit is two u32: the code's index, then query << 16 | distance.
 */

/** Codes compared with one query before the next query has its turn: they stay in the first-level cache meanwhile. */
const BLOCK: u32 = 2048;

/** Hits of the last call. */
let hits: u32 = 0;

export function hitCount(): u32 {
  return hits;
}

/**
 * Scans 64-bit codes.
 * @returns index of the first code not yet scanned: `to`, or less when `hitRoom` could not hold a further block's hits
 */
export function scan64(
  codes: usize,
  from: u32,
  to: u32,
  queries: usize,
  radii: usize,
  count: u32,
  out: usize,
  hitRoom: u32,
): u32 {
  hits = 0;
  while (from < to && hits + BLOCK * count <= hitRoom) {
    const end = min(from + BLOCK, to);
    for (let q: u32 = 0; q < count; q++) {
      const query = load<u64>(queries + (<usize>q << 3));
      const radius = load<i32>(radii + (<usize>q << 2));
      let i = from;
      for (; i + 4 <= end; i += 4) {
        const at = codes + (<usize>i << 3);
        const a = <i32>popcnt(load<u64>(at) ^ query);
        const b = <i32>popcnt(load<u64>(at, 8) ^ query);
        const c = <i32>popcnt(load<u64>(at, 16) ^ query);
        const d = <i32>popcnt(load<u64>(at, 24) ^ query);
        if (i32(a <= radius) | i32(b <= radius) | i32(c <= radius) | i32(d <= radius)) {
          if (a <= radius) keep(out, i, q, a);
          if (b <= radius) keep(out, i + 1, q, b);
          if (c <= radius) keep(out, i + 2, q, c);
          if (d <= radius) keep(out, i + 3, q, d);
        }
      }
      for (; i < end; i++) {
        const a = <i32>popcnt(load<u64>(codes + (<usize>i << 3)) ^ query);
        if (a <= radius) keep(out, i, q, a);
      }
    }
    from = end;
  }
  return from;
}

/** Scans 256-bit codes; see `scan64`. */
export function scan256(
  codes: usize,
  from: u32,
  to: u32,
  queries: usize,
  radii: usize,
  count: u32,
  out: usize,
  hitRoom: u32,
): u32 {
  hits = 0;
  while (from < to && hits + BLOCK * count <= hitRoom) {
    const end = min(from + BLOCK, to);
    for (let q: u32 = 0; q < count; q++) {
      const at = queries + (<usize>q << 5);
      const q0 = load<u64>(at);
      const q1 = load<u64>(at, 8);
      const q2 = load<u64>(at, 16);
      const q3 = load<u64>(at, 24);
      const radius = load<i32>(radii + (<usize>q << 2));
      for (let i = from; i < end; i++) {
        const code = codes + (<usize>i << 5);
        const distance = <i32>(
          (popcnt(load<u64>(code) ^ q0) +
            popcnt(load<u64>(code, 8) ^ q1) +
            popcnt(load<u64>(code, 16) ^ q2) +
            popcnt(load<u64>(code, 24) ^ q3))
        );
        if (distance <= radius) keep(out, i, q, distance);
      }
    }
    from = end;
  }
  return from;
}

function keep(out: usize, index: u32, query: u32, distance: i32): void {
  const at = out + (<usize>hits << 3);
  store<u32>(at, index);
  store<u32>(at, (query << 16) | <u32>distance, 4);
  hits++;
}
