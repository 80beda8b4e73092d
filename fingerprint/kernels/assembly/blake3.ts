/**
 * BLAKE3 (O'Connor, Aumasson, Neves, Wilcox-O'Hearn 2020; github.com/BLAKE3-team/BLAKE3-specs), hash mode, 32 bytes out.
 * AssemblyScript. Four chunks are compressed side by side, one per SIMD lane; the tree above 16 chunks is folded at once.
 *
 * Protocol: `reset()`; write input to `window()` behind the bytes already there; when the 64 KiB window is full AND more
 * input follows, `absorb()` and start at its front again; at the end `finish(bytes in the window)` and read `digest()`.
 */

const CHUNK: u32 = 1024;
const GROUP: u32 = 16 * CHUNK;
const WINDOW: u32 = 64 * CHUNK;

const CHUNK_START: u32 = 1;
const CHUNK_END: u32 = 2;
const PARENT: u32 = 4;
const ROOT: u32 = 8;

const IV0: u32 = 0x6a09e667;
const IV1: u32 = 0xbb67ae85;
const IV2: u32 = 0x3c6ef372;
const IV3: u32 = 0xa54ff53a;
const IV4: u32 = 0x510e527f;
const IV5: u32 = 0x9b05688c;
const IV6: u32 = 0x1f83d9ab;
const IV7: u32 = 0x5be0cd19;

const input = memory.data(65536, 16);
/** Chaining values of a group of 16 chunks, folded in place. */
const group = memory.data(512, 16);
/** Chaining values of finished subtrees, largest first: one per set bit of the chunk count. */
const stack = memory.data(1760, 16);
/** Sixteen message words, each as the four lanes. */
const lanes = memory.data(256, 16);
/** A parent's block, then its chaining value. */
const block = memory.data(64, 16);
const cv = memory.data(32, 16);
const out = memory.data(32, 16);
/** Word order of the seven rounds: the permutation of the specification, applied again and again. */
const order = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8, 3, 4, 10,
  12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1, 10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6, 12, 13, 9, 11, 15,
  10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4, 9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7, 11, 15, 5, 0, 1, 9, 8, 6,
  14, 10, 2, 12, 3, 4, 7, 13,
]);

let chunks: u64 = 0;
let depth: u32 = 0;

/** Where input goes. */
export function window(): usize {
  return input;
}

/** Where the 32 bytes of the result are after `finish`. */
export function digest(): usize {
  return out;
}

/** Forgets everything. */
export function reset(): void {
  chunks = 0;
  depth = 0;
}

/** Hashes the full window. Only when at least one more byte follows: the last chunk is hashed otherwise. */
export function absorb(): void {
  for (let at: u32 = 0; at < WINDOW; at += GROUP) hashGroup(input + at);
}

/** Hashes the last `length` bytes, 0 to 65536, of the window and computes the root. */
export function finish(length: u32): void {
  let at: u32 = 0;
  for (; length - at > GROUP; at += GROUP) hashGroup(input + at);
  for (; length - at > 4 * CHUNK; at += 4 * CHUNK) {
    hashFour(input + at, CHUNK, 16, chunks, 1, 0, CHUNK_START, CHUNK_END, group);
    for (let i: u32 = 0; i < 4; i++) push(group + 32 * i, 1);
  }
  for (; length - at > CHUNK; at += CHUNK) {
    memory.copy(cv, iv(), 32);
    hashBlocks(input + at, CHUNK, chunks, 0);
    push(cv, 1);
  }
  memory.copy(cv, iv(), 32);
  if (depth == 0) {
    hashBlocks(input + at, length - at, chunks, ROOT);
  } else {
    hashBlocks(input + at, length - at, chunks, 0);
    while (depth > 0) {
      depth--;
      memory.copy(block, stack + 32 * depth, 32);
      memory.copy(block + 32, cv, 32);
      memory.copy(cv, iv(), 32);
      compress(block, 64, 0, depth == 0 ? PARENT | ROOT : PARENT);
    }
  }
  memory.copy(out, cv, 32);
}

function hashGroup(from: usize): void {
  for (let i: u32 = 0; i < 4; i++) {
    hashFour(from + 4096 * i, CHUNK, 16, chunks + 4 * i, 1, 0, CHUNK_START, CHUNK_END, group + 128 * i);
  }
  hashFour(group, 64, 1, 0, 0, PARENT, 0, 0, group);
  hashFour(group + 256, 64, 1, 0, 0, PARENT, 0, 0, group + 128);
  hashFour(group, 64, 1, 0, 0, PARENT, 0, 0, group);
  // Two more levels have fewer than four parents.
  parent(group, group);
  parent(group + 64, group + 32);
  parent(group, group);
  push(group, 16);
}

/** Chaining value of the parent whose two children lie at `from`. */
function parent(from: usize, to: usize): void {
  memory.copy(cv, iv(), 32);
  compress(from, 64, 0, PARENT);
  memory.copy(to, cv, 32);
}

/** Adds a finished subtree of `size` chunks and merges equal neighbours. Only valid when more input follows. */
function push(from: usize, size: u64): void {
  chunks += size;
  memory.copy(stack + 32 * depth, from, 32);
  depth++;
  for (let count = chunks / size; (count & 1) == 0; count >>= 1) {
    depth--;
    parent(stack + 32 * (depth - 1), stack + 32 * (depth - 1));
  }
}

/** One chunk of up to 1024 bytes into `cv`. `last` is added to the flags of its last block. */
function hashBlocks(from: usize, length: u32, counter: u64, last: u32): void {
  let flags = CHUNK_START;
  let at: u32 = 0;
  for (; length - at > 64; at += 64) {
    compress(from + at, 64, counter, flags);
    flags = 0;
  }
  const size = length - at;
  memory.fill(block, 0, 64);
  memory.copy(block, from + at, size);
  compress(block, size, counter, flags | CHUNK_END | last);
}

const initial = memory.data<u32>([IV0, IV1, IV2, IV3, IV4, IV5, IV6, IV7], 16);

// @ts-ignore: decorator
@inline
function iv(): usize {
  return initial;
}

// @ts-ignore: decorator
@inline
function word(message: usize, round: usize, i: usize): u32 {
  return load<u32>(message + (<usize>load<u8>(round + i) << 2));
}

/** The compression function, its state's first half back into `cv`. */
function compress(message: usize, length: u32, counter: u64, flags: u32): void {
  let a0 = load<u32>(cv), a1 = load<u32>(cv, 4), a2 = load<u32>(cv, 8), a3 = load<u32>(cv, 12);
  let b0 = load<u32>(cv, 16), b1 = load<u32>(cv, 20), b2 = load<u32>(cv, 24), b3 = load<u32>(cv, 28);
  let c0 = IV0, c1 = IV1, c2 = IV2, c3 = IV3;
  let d0 = <u32>counter, d1 = <u32>(counter >> 32), d2 = length, d3 = flags;
  for (let r: usize = order; r < order + 112; r += 16) {
    a0 += b0 + word(message, r, 0); d0 = rotr<u32>(d0 ^ a0, 16); c0 += d0; b0 = rotr<u32>(b0 ^ c0, 12);
    a0 += b0 + word(message, r, 1); d0 = rotr<u32>(d0 ^ a0, 8); c0 += d0; b0 = rotr<u32>(b0 ^ c0, 7);
    a1 += b1 + word(message, r, 2); d1 = rotr<u32>(d1 ^ a1, 16); c1 += d1; b1 = rotr<u32>(b1 ^ c1, 12);
    a1 += b1 + word(message, r, 3); d1 = rotr<u32>(d1 ^ a1, 8); c1 += d1; b1 = rotr<u32>(b1 ^ c1, 7);
    a2 += b2 + word(message, r, 4); d2 = rotr<u32>(d2 ^ a2, 16); c2 += d2; b2 = rotr<u32>(b2 ^ c2, 12);
    a2 += b2 + word(message, r, 5); d2 = rotr<u32>(d2 ^ a2, 8); c2 += d2; b2 = rotr<u32>(b2 ^ c2, 7);
    a3 += b3 + word(message, r, 6); d3 = rotr<u32>(d3 ^ a3, 16); c3 += d3; b3 = rotr<u32>(b3 ^ c3, 12);
    a3 += b3 + word(message, r, 7); d3 = rotr<u32>(d3 ^ a3, 8); c3 += d3; b3 = rotr<u32>(b3 ^ c3, 7);
    a0 += b1 + word(message, r, 8); d3 = rotr<u32>(d3 ^ a0, 16); c2 += d3; b1 = rotr<u32>(b1 ^ c2, 12);
    a0 += b1 + word(message, r, 9); d3 = rotr<u32>(d3 ^ a0, 8); c2 += d3; b1 = rotr<u32>(b1 ^ c2, 7);
    a1 += b2 + word(message, r, 10); d0 = rotr<u32>(d0 ^ a1, 16); c3 += d0; b2 = rotr<u32>(b2 ^ c3, 12);
    a1 += b2 + word(message, r, 11); d0 = rotr<u32>(d0 ^ a1, 8); c3 += d0; b2 = rotr<u32>(b2 ^ c3, 7);
    a2 += b3 + word(message, r, 12); d1 = rotr<u32>(d1 ^ a2, 16); c0 += d1; b3 = rotr<u32>(b3 ^ c0, 12);
    a2 += b3 + word(message, r, 13); d1 = rotr<u32>(d1 ^ a2, 8); c0 += d1; b3 = rotr<u32>(b3 ^ c0, 7);
    a3 += b0 + word(message, r, 14); d2 = rotr<u32>(d2 ^ a3, 16); c1 += d2; b0 = rotr<u32>(b0 ^ c1, 12);
    a3 += b0 + word(message, r, 15); d2 = rotr<u32>(d2 ^ a3, 8); c1 += d2; b0 = rotr<u32>(b0 ^ c1, 7);
  }
  store<u32>(cv, a0 ^ c0); store<u32>(cv, a1 ^ c1, 4); store<u32>(cv, a2 ^ c2, 8); store<u32>(cv, a3 ^ c3, 12);
  store<u32>(cv, b0 ^ d0, 16); store<u32>(cv, b1 ^ d1, 20); store<u32>(cv, b2 ^ d2, 24); store<u32>(cv, b3 ^ d3, 28);
}

// @ts-ignore: decorator
@inline
function lane(round: usize, i: usize): v128 {
  return v128.load(lanes + (<usize>load<u8>(round + i) << 4));
}

// @ts-ignore: decorator
@inline
function right16(x: v128): v128 {
  return i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

// @ts-ignore: decorator
@inline
function right8(x: v128): v128 {
  return i8x16.shuffle(x, x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);
}

// @ts-ignore: decorator
@inline
function right12(x: v128): v128 {
  return v128.or(i32x4.shr_u(x, 12), i32x4.shl(x, 20));
}

// @ts-ignore: decorator
@inline
function right7(x: v128): v128 {
  return v128.or(i32x4.shr_u(x, 7), i32x4.shl(x, 25));
}

// @ts-ignore: decorator
@inline
function sum(a: v128, b: v128, c: v128): v128 {
  return i32x4.add(a, i32x4.add(b, c));
}

/** Rows of four words become columns: lane i of word j comes from input i. */
function transpose(from: usize, stride: usize, to: usize): void {
  const a = v128.load(from), b = v128.load(from + stride), c = v128.load(from + 2 * stride), d = v128.load(from + 3 * stride);
  const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
  const ef = v128.shuffle<u32>(a, b, 2, 6, 3, 7), gh = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<u64>(ab, cd, 0, 2));
  v128.store(to, v128.shuffle<u64>(ab, cd, 1, 3), 16);
  v128.store(to, v128.shuffle<u64>(ef, gh, 0, 2), 32);
  v128.store(to, v128.shuffle<u64>(ef, gh, 1, 3), 48);
}

/**
 * Four inputs of `blocks` blocks each, `stride` bytes apart, to four chaining values at `to`. `counter` is a multiple of
 * four, so that no lane carries into the high word.
 */
function hashFour(from: usize, stride: usize, blocks: u32, counter: u64, step: u32, flags: u32, first: u32, last: u32, to: usize): void {
  let h0 = i32x4.splat(IV0), h1 = i32x4.splat(IV1), h2 = i32x4.splat(IV2), h3 = i32x4.splat(IV3);
  let h4 = i32x4.splat(IV4), h5 = i32x4.splat(IV5), h6 = i32x4.splat(IV6), h7 = i32x4.splat(IV7);
  const low = i32x4.add(i32x4.splat(<u32>counter), i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(step)));
  const high = i32x4.splat(<u32>(counter >> 32));
  for (let i: u32 = 0; i < blocks; i++) {
    const at = from + 64 * i;
    transpose(at, stride, lanes);
    transpose(at + 16, stride, lanes + 64);
    transpose(at + 32, stride, lanes + 128);
    transpose(at + 48, stride, lanes + 192);
    let a0 = h0, a1 = h1, a2 = h2, a3 = h3, b0 = h4, b1 = h5, b2 = h6, b3 = h7;
    let c0 = i32x4.splat(IV0), c1 = i32x4.splat(IV1), c2 = i32x4.splat(IV2), c3 = i32x4.splat(IV3);
    let d0 = low, d1 = high, d2 = i32x4.splat(64);
    let d3 = i32x4.splat(flags | (i == 0 ? first : 0) | (i == blocks - 1 ? last : 0));
    for (let r: usize = order; r < order + 112; r += 16) {
      a0 = sum(a0, b0, lane(r, 0)); a1 = sum(a1, b1, lane(r, 2)); a2 = sum(a2, b2, lane(r, 4)); a3 = sum(a3, b3, lane(r, 6));
      d0 = right16(v128.xor(d0, a0)); d1 = right16(v128.xor(d1, a1)); d2 = right16(v128.xor(d2, a2)); d3 = right16(v128.xor(d3, a3));
      c0 = i32x4.add(c0, d0); c1 = i32x4.add(c1, d1); c2 = i32x4.add(c2, d2); c3 = i32x4.add(c3, d3);
      b0 = right12(v128.xor(b0, c0)); b1 = right12(v128.xor(b1, c1)); b2 = right12(v128.xor(b2, c2)); b3 = right12(v128.xor(b3, c3));
      a0 = sum(a0, b0, lane(r, 1)); a1 = sum(a1, b1, lane(r, 3)); a2 = sum(a2, b2, lane(r, 5)); a3 = sum(a3, b3, lane(r, 7));
      d0 = right8(v128.xor(d0, a0)); d1 = right8(v128.xor(d1, a1)); d2 = right8(v128.xor(d2, a2)); d3 = right8(v128.xor(d3, a3));
      c0 = i32x4.add(c0, d0); c1 = i32x4.add(c1, d1); c2 = i32x4.add(c2, d2); c3 = i32x4.add(c3, d3);
      b0 = right7(v128.xor(b0, c0)); b1 = right7(v128.xor(b1, c1)); b2 = right7(v128.xor(b2, c2)); b3 = right7(v128.xor(b3, c3));
      a0 = sum(a0, b1, lane(r, 8)); a1 = sum(a1, b2, lane(r, 10)); a2 = sum(a2, b3, lane(r, 12)); a3 = sum(a3, b0, lane(r, 14));
      d3 = right16(v128.xor(d3, a0)); d0 = right16(v128.xor(d0, a1)); d1 = right16(v128.xor(d1, a2)); d2 = right16(v128.xor(d2, a3));
      c2 = i32x4.add(c2, d3); c3 = i32x4.add(c3, d0); c0 = i32x4.add(c0, d1); c1 = i32x4.add(c1, d2);
      b1 = right12(v128.xor(b1, c2)); b2 = right12(v128.xor(b2, c3)); b3 = right12(v128.xor(b3, c0)); b0 = right12(v128.xor(b0, c1));
      a0 = sum(a0, b1, lane(r, 9)); a1 = sum(a1, b2, lane(r, 11)); a2 = sum(a2, b3, lane(r, 13)); a3 = sum(a3, b0, lane(r, 15));
      d3 = right8(v128.xor(d3, a0)); d0 = right8(v128.xor(d0, a1)); d1 = right8(v128.xor(d1, a2)); d2 = right8(v128.xor(d2, a3));
      c2 = i32x4.add(c2, d3); c3 = i32x4.add(c3, d0); c0 = i32x4.add(c0, d1); c1 = i32x4.add(c1, d2);
      b1 = right7(v128.xor(b1, c2)); b2 = right7(v128.xor(b2, c3)); b3 = right7(v128.xor(b3, c0)); b0 = right7(v128.xor(b0, c1));
    }
    h0 = v128.xor(a0, c0); h1 = v128.xor(a1, c1); h2 = v128.xor(a2, c2); h3 = v128.xor(a3, c3);
    h4 = v128.xor(b0, d0); h5 = v128.xor(b1, d1); h6 = v128.xor(b2, d2); h7 = v128.xor(b3, d3);
  }
  // Back from lanes to four values of eight words; `lanes` is free now.
  v128.store(lanes, h0); v128.store(lanes, h1, 16); v128.store(lanes, h2, 32); v128.store(lanes, h3, 48);
  v128.store(lanes, h4, 64); v128.store(lanes, h5, 80); v128.store(lanes, h6, 96); v128.store(lanes, h7, 112);
  transpose(lanes, 16, lanes + 128);
  transpose(lanes + 64, 16, lanes + 192);
  for (let i: usize = 0; i < 4; i++) {
    v128.store(to + 32 * i, v128.load(lanes + 128 + 16 * i));
    v128.store(to + 32 * i + 16, v128.load(lanes + 192 + 16 * i));
  }
}
