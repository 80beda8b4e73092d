/** Near-duplicate lookup over registered works: same bytes, then compared features, then codes alone. */
import type { Hash } from "../../common/digest.ts";
import { ColophonError } from "../../common/errors.ts";
import type { WorkKind } from "../../common/work-kind.ts";
import { SUB_TYPE } from "../iscc/codec.ts";
import { contentWordsOf } from "../iscc/iscc-code.ts";
import type { MatchFeatures } from "../match/match-features.ts";
import { MatchIndex } from "../match/match-index.ts";
import { bitDistance } from "./bit-distance.ts";
import { CodeColumn } from "./code-column.ts";
import { COMPARED_BITS, THRESHOLDS, type Verdict, verdictOf } from "./verdict.ts";

/** What is known of a work's file; a `Fingerprint` is one. */
export type FingerprintEntry = {
  kind: WorkKind;
  sha256: Hash;
  iscc: { body: Hash; header: number };
  /** False keeps the content unit out of the search; the chain does not know it, so it counts as true when absent. */
  searchable?: boolean;
  /**
   * Further content words of the same file to search with, 16 hex digits each; a work counts with its smallest distance
   * to any of them. Only a query uses them: what is registered is the standard's code alone.
   */
  alternates?: readonly string[];
  /** What the second stage compares (`matchFeatures`). Of a registered work they may come later: `learn`. */
  features?: MatchFeatures | null;
};

/**
 * A work like the one asked for. `distance` of `bits` compared bits of their codes differ; 0 of 256 for the same file.
 * `verified`: the verdict rests on a comparison of both files' features, not on codes alone.
 */
export type FingerprintMatch = { id: string; verdict: Verdict; distance: number; bits: number; verified: boolean };

export type FingerprintQueryOptions = {
  /** Most matches returned, closest first. Default 50. */
  limit?: number;
};

/** Fewer set or clear bits than this and the code comes from a blank picture: its coefficients tie at their median. */
const MIN_CODE_WEIGHT = 12;

const SUB_TYPE_OF_KIND: Partial<Record<WorkKind, number>> = { image: SUB_TYPE.image, text: SUB_TYPE.text };

type Known = { kind: WorkKind; sha256: Hash; words: Words | null; row: number | null };

/** One kind's 64-bit content units, and the work in each row. */
type Codes = { column: CodeColumn; ids: string[] };

/**
 * Works by SHA-256, by their features where these are known, and by the 64-bit content unit of their kind. Codes are
 * searched exactly: nothing is missed. Where both sides' features are known, they decide alone; codes are only
 * the first look at works whose file has not been seen.
 */
export class FingerprintIndex {
  readonly #codes = new Map<WorkKind, Codes>();
  readonly #idsByHash = new Map<Hash, Set<string>>();
  readonly #entries = new Map<string, Known>();
  readonly #features = new MatchIndex();

  get size(): number {
    return this.#entries.size;
  }

  /**
   * Adds a work, or replaces what was known under its id.
   * @throws ColophonError BAD_ISCC when the header is no ISCC-CODE's
   */
  add(id: string, entry: FingerprintEntry): void {
    const words = searchableWords(entry);
    this.remove(id);
    const row = words && this.#append(entry.kind, id, words);
    this.#entries.set(id, { kind: entry.kind, sha256: entry.sha256, words, row });
    const ids = this.#idsByHash.get(entry.sha256);
    if (ids) ids.add(id);
    else this.#idsByHash.set(entry.sha256, new Set([id]));
    if (entry.features) this.learn(entry.sha256, entry.features);
  }

  /**
   * Makes a file's features known, before or after works with that file are added. Files that no work names are not found.
   * @returns why look-alikes of it cannot be searched for, or null
   */
  learn(sha256: Hash, features: MatchFeatures): string | null {
    return this.#features.add(sha256, features);
  }

  /** Forgets a work; an unknown id is none's loss. A file's features stay, for the next work with that file. */
  remove(id: string): void {
    const known = this.#entries.get(id);
    if (!known) return;
    this.#entries.delete(id);
    const ids = this.#idsByHash.get(known.sha256)!;
    ids.delete(id);
    if (ids.size === 0) this.#idsByHash.delete(known.sha256);
    if (known.row === null) return;
    const codes = this.#codes.get(known.kind)!;
    codes.column.remove(known.row);
    if (codes.column.rows > 1024 && codes.column.size * 2 < codes.column.rows) this.#compact(known.kind, codes);
  }

  /**
   * Works with the same bytes, then works whose features agree, then works of the same kind whose content unit is within
   * the kind's thresholds and whose features, or the query's, are not known.
   * @returns surest first, then closest, ties by id; each work once
   * @throws ColophonError BAD_ISCC when the header is no ISCC-CODE's
   */
  query(entry: FingerprintEntry, options: FingerprintQueryOptions = {}): FingerprintMatch[] {
    const same = this.#idsByHash.get(entry.sha256) ?? new Set<string>();
    const found = new Map<string, FingerprintMatch>();
    for (const id of same) found.set(id, { id, verdict: "same-file", distance: 0, bits: 256, verified: true });
    const own = searchableWords(entry);
    if (entry.features) this.#queryFeatures(entry.features, own, found);
    if (own) this.#queryCodes(entry, own, found);
    return [...found.values()].sort(bySurety).slice(0, options.limit ?? 50);
  }

  #queryFeatures(features: MatchFeatures, own: Words | null, found: Map<string, FingerprintMatch>): void {
    const sameFile = found.size > 0;
    for (const { key, judgement, plain } of this.#features.query(features).matches) {
      for (const id of this.#idsByHash.get(key as Hash) ?? []) {
        if (found.has(id)) continue;
        const words = this.#entries.get(id)!.words;
        const distance = own && words ? distanceOf(own, words) : 0;
        // A drawing whose very file is registered is that one; the others are its series.
        const verdict = sameFile && plain ? "looks-similar" : judgement;
        found.set(id, { id, verdict, distance, bits: own && words ? COMPARED_BITS : 0, verified: true });
      }
    }
  }

  #queryCodes(entry: FingerprintEntry, own: Words, found: Map<string, FingerprintMatch>): void {
    const codes = this.#codes.get(entry.kind);
    const radius = THRESHOLDS[entry.kind]?.looksSimilar;
    if (!codes || radius === undefined || codes.column.rows === 0) return;
    const queries = [own, ...(entry.alternates ?? []).map(readWords).filter((words) => !isBlank(words))];
    const packed = new Uint8Array(queries.length * 8);
    queries.forEach((words, i) => packed.set(bytesOf(words), 8 * i));
    const nearest = new Map<string, number>();
    for (const hits of codes.column.within(packed, radius)) {
      for (const { row, distance } of hits) {
        const id = codes.ids[row]!;
        if (distance < (nearest.get(id) ?? Infinity)) nearest.set(id, distance);
      }
    }
    for (const [id, distance] of nearest) {
      const decided = entry.features && this.#features.has(this.#entries.get(id)!.sha256);
      const verdict = verdictOf(entry.kind, distance);
      if (verdict && !decided && !found.has(id)) {
        found.set(id, { id, verdict, distance, bits: COMPARED_BITS, verified: false });
      }
    }
  }

  #append(kind: WorkKind, id: string, words: Words): number {
    let codes = this.#codes.get(kind);
    if (!codes) this.#codes.set(kind, (codes = { column: new CodeColumn(64), ids: [] }));
    const row = codes.column.append(bytesOf(words));
    codes.ids[row] = id;
    return row;
  }

  /** Leaves the tombstones behind when they are the larger half. */
  #compact(kind: WorkKind, { column, ids }: Codes): void {
    this.#codes.delete(kind);
    for (const [row, id] of ids.entries()) {
      if (column.isRemoved(row)) continue;
      const known = this.#entries.get(id)!;
      known.row = this.#append(kind, id, known.words!);
    }
  }
}

const RANK: Record<Verdict, number> = { "same-file": 0, "very-likely-same": 1, "looks-similar": 2 };

function bySurety(a: FingerprintMatch, b: FingerprintMatch): number {
  return RANK[a.verdict] - RANK[b.verdict] || a.distance - b.distance || compareIds(a.id, b.id);
}

type Words = { high: number; low: number };

function distanceOf(a: Words, b: Words): number {
  return bitDistance(a.high, b.high) + bitDistance(a.low, b.low);
}

function bytesOf({ high, low }: Words): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, high);
  view.setUint32(4, low);
  return bytes;
}

/** The content unit's words when they may be compared: right medium, not declared or seen to be empty. */
function searchableWords(entry: FingerprintEntry): Words | null {
  const words = contentWordsOf(entry.iscc.body, entry.iscc.header);
  if (!words || entry.searchable === false || words.subType !== SUB_TYPE_OF_KIND[entry.kind]) return null;
  return isBlank(words) ? null : { high: words.high, low: words.low };
}

function readWords(hex: string): Words {
  if (!/^[0-9a-f]{16}$/u.test(hex)) throw new ColophonError("BAD_ISCC", "An alternate content unit has 16 hex digits.");
  return { high: Number.parseInt(hex.slice(0, 8), 16), low: Number.parseInt(hex.slice(8), 16) };
}

function isBlank({ high, low }: Words): boolean {
  const weight = bitDistance(high, 0) + bitDistance(low, 0);
  return weight < MIN_CODE_WEIGHT || weight > COMPARED_BITS - MIN_CODE_WEIGHT;
}

/** Shorter first, then by characters: decimal ids sort by number. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
