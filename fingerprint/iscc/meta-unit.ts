/** ISCC meta unit (ISO 24138): similar titles and descriptions get similar bits. */
import { blake3 } from "@noble/hashes/blake3.js";
import { canonicalBytes } from "../../common/canonical-json.ts";
import { ColophonError } from "../../common/errors.ts";
import { simhash } from "../algorithms/simhash.ts";
import { cleanText, collapseText, singleLine, trimText } from "../text/normalize-text.ts";
import { encodeUnit, MAIN_TYPE } from "./codec.ts";

const NAME_BYTES = 128;
const DESCRIPTION_BYTES = 4096;
const NGRAM_CHARACTERS = 3;
const NGRAM_BYTES = 4;

/** What a meta unit is made from. `meta`, a JSON object or a data URL, takes the description's place when given. */
export type MetaInput = { name: string; description?: string; meta?: Record<string, unknown> | string };

/**
 * Meta unit of a work's title and description.
 *
 * 1. Name: cleaned, on one line, cut to 128 UTF-8 bytes. Description: cleaned, cut to 4096.
 * 2. Name collapsed, its 3-character windows hashed by BLAKE3, SimHash of the digests: 256 bits.
 * 3. With a description (or `meta`, canonical JSON or the data URL's bytes, in 4-byte windows) the same is done to it,
 *    and the first halves of both hashes are interleaved in 32-bit pieces, the name's first.
 * @param bits 32 to 256, a multiple of 32
 * @throws ColophonError EMPTY_TITLE when nothing is left of the name
 */
export function metaUnit(input: MetaInput, bits = 64): string {
  const name = trimText(singleLine(cleanText(input.name)), NAME_BYTES);
  if (!name) throw new ColophonError("EMPTY_TITLE", "A meta unit takes a title of at least one visible character.");
  const description = trimText(cleanText(input.description ?? ""), DESCRIPTION_BYTES);
  const nameHash = simhash(textWindows(name).map((window) => blake3(window)));
  const extra = input.meta ? byteWindows(metaBytes(input.meta)) : description ? textWindows(description) : null;
  const digest = extra ? interleave(nameHash, simhash(extra.map((window) => blake3(window)))) : nameHash;
  return encodeUnit(MAIN_TYPE.meta, 0, bits, digest);
}

function textWindows(text: string): Uint8Array[] {
  const characters = Array.from(collapseText(text));
  const encoder = new TextEncoder();
  const count = Math.max(characters.length - NGRAM_CHARACTERS + 1, 1);
  return Array.from({ length: count }, (_, i) => encoder.encode(characters.slice(i, i + NGRAM_CHARACTERS).join("")));
}

function byteWindows(bytes: Uint8Array): Uint8Array[] {
  const count = Math.max(bytes.length - NGRAM_BYTES + 1, 1);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i, i + NGRAM_BYTES));
}

function metaBytes(meta: Record<string, unknown> | string): Uint8Array {
  if (typeof meta !== "string") return canonicalBytes(meta);
  const match = /^data:([^,]*),(.*)$/su.exec(meta);
  if (!match) throw new ColophonError("BAD_DATA_URL", "Metadata as text has to be a data URL.");
  const payload = decodeURIComponent(match[2]!);
  if (!/;base64$/iu.test(match[1]!)) return new TextEncoder().encode(payload);
  return Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
}

function interleave(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(32);
  for (let i = 0; i < 4; i++) {
    out.set(a.subarray(4 * i, 4 * i + 4), 8 * i);
    out.set(b.subarray(4 * i, 4 * i + 4), 8 * i + 4);
  }
  return out;
}
