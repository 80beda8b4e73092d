/**
 * Fingerprints (ISO 24138) and look-alike search. Free of Node: bytes in, values out.
 * Pictures need decoders: Node code imports `node.ts`, pages import `browser.ts`; both give all of this.
 */
export { detectMediaType } from "./detect-media-type.ts";
export { type Fingerprint, type FingerprintOptions, fingerprint } from "./fingerprint.ts";
export { decodeImage } from "./image/decode-image.ts";
export { type ImageDecoder, type ImageDecoders, installImageDecoders, type Pixels } from "./image/decoders.ts";
export { bodyOfIsccCode, composeIsccCode, contentWordsOf, isccOfBody, type IsccUnits } from "./iscc/iscc-code.ts";
export { metaUnit } from "./iscc/meta-unit.ts";
export { audioFeatures } from "./match/audio-features.ts";
export { decodeFeatures, encodeFeatures, type MatchFeatures, matchFeatures } from "./match/match-features.ts";
export { unsearchable } from "./match/unsearchable.ts";
export { FingerprintIndex, type FingerprintEntry, type FingerprintMatch } from "./search/fingerprint-index.ts";
export { bitDistance } from "./search/bit-distance.ts";
export { COMPARED_BITS, THRESHOLDS, type Verdict, verdictOf } from "./search/verdict.ts";
