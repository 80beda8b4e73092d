/** ISCC meta unit (ISO 24138): similar titles and descriptions get similar bits. */
import { canonicalBytes } from "../../common/canonical-json.ts";
import { ColophonError } from "../../common/errors.ts";
import { simhash } from "../algorithms/simhash.ts";
import { blake3 } from "../kernels/blake3.ts";
import { cleanText, collapseText, singleLine, trimText } from "../text/normalize-text.ts";
import { encodeUnit, MAIN_TYPE } from "./codec.ts";

const NAME_BYTES = 128;
const DESCRIPTION_BYTES = 4096;
/** Largest metadata, bytes: every byte costs a hash. */
const META_BYTES = 128_000;
/** Longest name or description that is looked at, UTF-16 units: normalisation must not be fed without bounds. */
const INPUT_CHARACTERS = 1_000_000;
const NGRAM_CHARACTERS = 3;
const NGRAM_BYTES = 4;

/** What a meta unit is made from. `meta`, a JSON object or a data URL, takes the description's place when given. */
export type MetaInput = { name: string; description?: string; meta?: Record<string, unknown> | string };

/** A meta unit's inputs as the standard normalises them. */
export type MetaDescription = {
  name: string;
  description: string;
  /** Data URL of the metadata, if there is any. */
  meta: string | null;
  /** Bytes that the metahash is of. */
  payload: Uint8Array;
};

/**
 * Meta unit of a work's title and description.
 *
 * 1. Name: cleaned, on one line, cut to 128 UTF-8 bytes. Description: cleaned, cut to 4096.
 * 2. Name collapsed, its 3-character windows hashed by BLAKE3, SimHash of the digests: 256 bits.
 * 3. With a description (or `meta`, canonical JSON or the data URL's bytes, in 4-byte windows) the same is done to it,
 *    and the first halves of both hashes are interleaved in 32-bit pieces, the name's first.
 * @param bits 32 to 256, a multiple of 32
 * @throws ColophonError EMPTY_TITLE when nothing is left of the name; BAD_DATA_URL, METADATA_TOO_LARGE
 */
export function metaUnit(input: MetaInput, bits = 64): string {
  const { name, description, meta, payload } = describeMeta(input);
  const nameHash = simhash(textWindows(name).map((window) => blake3(window)));
  const extra =
    meta && payload.length > 0 ? byteWindows(payload) : !meta && description ? textWindows(description) : null;
  const digest = extra ? interleave(nameHash, simhash(extra.map((window) => blake3(window)))) : nameHash;
  return encodeUnit(MAIN_TYPE.meta, 0, bits, digest);
}

/**
 * Step 1 of `metaUnit`, and the metadata's bytes: canonical JSON (RFC 8785) of an object, the content of a data URL.
 * @throws ColophonError as `metaUnit`
 */
export function describeMeta(input: MetaInput): MetaDescription {
  const name = trimText(singleLine(cleanText(bounded(input.name, "title"))), NAME_BYTES);
  if (!name) throw new ColophonError("EMPTY_TITLE", "A meta unit takes a title of at least one visible character.");
  const description = trimText(cleanText(bounded(input.description ?? "", "description")), DESCRIPTION_BYTES);
  const given = input.meta;
  // An empty text or object says nothing: then the description counts.
  if (!given || (typeof given === "object" && Object.keys(given).length === 0)) {
    const payload = new TextEncoder().encode(`${name} ${description}`.trimEnd());
    return { name, description, meta: null, payload };
  }
  if (typeof given === "string") {
    const payload = dataOfUrl(given);
    return { name, description, meta: given, payload: checkSize(payload) };
  }
  const payload = checkSize(canonicalBytes(given));
  const mediaType = "@context" in given ? "application/ld+json" : "application/json";
  return { name, description, meta: `data:${mediaType};base64,${base64(payload)}`, payload };
}

function bounded(text: string, what: string): string {
  if (text.length <= INPUT_CHARACTERS) return text;
  throw new ColophonError("METADATA_TOO_LARGE", `The ${what} is longer than ${INPUT_CHARACTERS} characters.`, {
    status: 413,
  });
}

function checkSize(payload: Uint8Array): Uint8Array {
  if (payload.length <= META_BYTES) return payload;
  throw new ColophonError(
    "METADATA_TOO_LARGE",
    `The metadata has ${payload.length} bytes; at most ${META_BYTES} are accepted.`,
    { status: 413, data: { bytes: payload.length, maxBytes: META_BYTES } },
  );
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

/** Content of a data URL (RFC 2397). Its length is checked before it is unpacked. */
function dataOfUrl(url: string): Uint8Array {
  // Three characters per byte where all are escaped, and some for the media type.
  if (url.length > 3 * META_BYTES + 1024) checkSize(new Uint8Array(META_BYTES + 1));
  const match = /^data:([^,]*),(.*)$/su.exec(url);
  if (!match) throw new ColophonError("BAD_DATA_URL", "Metadata as text has to be a data URL.");
  try {
    if (!/;base64$/iu.test(match[1]!)) return percentDecoded(match[2]!);
    return Uint8Array.from(atob(decodeURIComponent(match[2]!)), (char) => char.charCodeAt(0));
  } catch (cause) {
    throw new ColophonError("BAD_DATA_URL", "The metadata's data URL cannot be read.", { cause });
  }
}

/** Bytes of percent-encoded text; an escape stands for a byte, whether or not the bytes are UTF-8. */
function percentDecoded(text: string): Uint8Array {
  const encoded = new TextEncoder().encode(text);
  const out: number[] = [];
  for (let i = 0; i < encoded.length; i++) {
    const hex = encoded[i] === 0x25 ? String.fromCharCode(...encoded.subarray(i + 1, i + 3)) : "";
    if (/^[0-9a-f]{2}$/iu.test(hex)) {
      out.push(Number.parseInt(hex, 16));
      i += 2;
    } else out.push(encoded[i]!);
  }
  return Uint8Array.from(out);
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function interleave(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(32);
  for (let i = 0; i < 4; i++) {
    out.set(a.subarray(4 * i, 4 * i + 4), 8 * i);
    out.set(b.subarray(4 * i, 4 * i + 4), 8 * i + 4);
  }
  return out;
}
