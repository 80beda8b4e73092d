/** Text normalisation of ISO 24138. White space and newlines are Python's, since the reference is what Python does. */

/** `str.isspace()`: bidirectional types WS, B and S, and category Zs. */
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACES = new RegExp(`[${SPACE}]+`, "gu");
const EDGES = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu");
const NEWLINES = /[\n\v\f\r\x85\u2028\u2029]+/gu;
/** Control, format, unassigned, private use; the newlines among them stay until they are collapsed. */
const CONTROLS = /(?![\n\v\f\r\x85])\p{C}/gu;
const IGNORED = /[\p{C}\p{M}\p{P}]+/gu;

/**
 * What similarity is computed from: NFD, no white space, lower case, without control characters, marks and punctuation,
 * then NFKC. "Crème, brûlée!" and "creme brulee" become equal.
 */
export function collapseText(text: string): string {
  return text.normalize("NFD").replace(SPACES, "").toLowerCase().replace(IGNORED, "").normalize("NFKC");
}

/** Text cleaned for display: NFKC, no control characters, at most two newlines in a row, edges stripped. */
export function cleanText(text: string): string {
  const kept = text.normalize("NFKC").replace(CONTROLS, "");
  return stripText(kept.replace(NEWLINES, (run) => (run.length > 1 ? "\n\n" : "\n")));
}

/** One line: runs of white space become one space, edges stripped. */
export function singleLine(text: string): string {
  return stripText(text).replace(SPACES, " ");
}

/** Longest prefix of at most `bytes` UTF-8 bytes that ends at a character, edges stripped. */
export function trimText(text: string, bytes: number): string {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length <= bytes) return stripText(text);
  let end = bytes;
  while (end > 0 && (encoded[end]! & 0xc0) === 0x80) end--;
  return stripText(new TextDecoder("utf-8", { ignoreBOM: true }).decode(encoded.subarray(0, end)));
}

function stripText(text: string): string {
  return text.replace(EDGES, "");
}
