/** Exact near-duplicate lookup over registered works. */
import type { Hash } from "../../common/digest.ts";
import { ColophonError } from "../../common/errors.ts";
import type { WorkKind } from "../../common/work-kind.ts";
import { SUB_TYPE } from "../iscc/codec.ts";
import { contentWordsOf } from "../iscc/iscc-code.ts";
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
};

/** A work like the one asked for. `distance` of `bits` compared bits differ; 0 of 256 for the same file. */
export type FingerprintMatch = { id: string; verdict: Verdict; distance: number; bits: number };

export type FingerprintQueryOptions = {
  /** Most matches returned, closest first. Default 50. */
  limit?: number;
};

/** Fewer set or clear bits than this and the code comes from a blank picture: its coefficients tie at their median. */
const MIN_CODE_WEIGHT = 12;

const SUB_TYPE_OF_KIND: Partial<Record<WorkKind, number>> = { image: SUB_TYPE.image, text: SUB_TYPE.text };

/**
 * Works by SHA-256 and by the 64-bit content unit of their kind. Search is exact brute force: measured faster than tree
 * and graph indexes up to tens of millions of codes, and it misses nothing. Adding and removing take constant time.
 */
export class FingerprintIndex {
  readonly #columns = new Map<WorkKind, CodeColumn>();
  readonly #idsByHash = new Map<Hash, Set<string>>();
  readonly #entries = new Map<string, { kind: WorkKind; sha256: Hash }>();

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
    this.#entries.set(id, { kind: entry.kind, sha256: entry.sha256 });
    const ids = this.#idsByHash.get(entry.sha256);
    if (ids) ids.add(id);
    else this.#idsByHash.set(entry.sha256, new Set([id]));
    if (words) {
      let column = this.#columns.get(entry.kind);
      if (!column) this.#columns.set(entry.kind, (column = new CodeColumn()));
      column.set(id, words.high, words.low);
    }
  }

  /** Forgets a work; an unknown id is none's loss. */
  remove(id: string): void {
    const known = this.#entries.get(id);
    if (!known) return;
    this.#entries.delete(id);
    const ids = this.#idsByHash.get(known.sha256)!;
    ids.delete(id);
    if (ids.size === 0) this.#idsByHash.delete(known.sha256);
    this.#columns.get(known.kind)?.delete(id);
  }

  /**
   * Works with the same bytes, then works of the same kind whose content unit is within the kind's thresholds.
   * @returns closest first, ties by id; each work once
   * @throws ColophonError BAD_ISCC when the header is no ISCC-CODE's
   */
  query(entry: FingerprintEntry, options: FingerprintQueryOptions = {}): FingerprintMatch[] {
    const same = this.#idsByHash.get(entry.sha256) ?? new Set<string>();
    const matches: FingerprintMatch[] = [...same].map((id) => ({ id, verdict: "same-file", distance: 0, bits: 256 }));
    const radius = THRESHOLDS[entry.kind]?.looksSimilar;
    const column = this.#columns.get(entry.kind);
    if (column && radius !== undefined) {
      const nearest = new Map<string, number>();
      for (const { high, low } of queryWords(entry)) {
        for (const { id, distance } of column.within(high, low, radius)) {
          if (distance < (nearest.get(id) ?? Infinity)) nearest.set(id, distance);
        }
      }
      for (const [id, distance] of nearest) {
        const verdict = verdictOf(entry.kind, distance);
        if (verdict && !same.has(id)) matches.push({ id, verdict, distance, bits: COMPARED_BITS });
      }
    }
    matches.sort((a, b) => RANK[a.verdict] - RANK[b.verdict] || a.distance - b.distance || compareIds(a.id, b.id));
    return matches.slice(0, options.limit ?? 50);
  }
}

const RANK: Record<Verdict, number> = { "same-file": 0, "very-likely-same": 1, "looks-similar": 2 };

type Words = { high: number; low: number };

/** The content unit's words when they may be compared: right medium, not declared or seen to be empty. */
function searchableWords(entry: FingerprintEntry): Words | null {
  const words = contentWordsOf(entry.iscc.body, entry.iscc.header);
  if (!words || entry.searchable === false || words.subType !== SUB_TYPE_OF_KIND[entry.kind]) return null;
  return isBlank(words) ? null : words;
}

/** What a file is searched with: its own content unit, then its alternates. */
function queryWords(entry: FingerprintEntry): Words[] {
  const own = searchableWords(entry);
  if (!own) return [];
  const alternates = (entry.alternates ?? []).map(readWords).filter((words) => !isBlank(words));
  return [own, ...alternates];
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
