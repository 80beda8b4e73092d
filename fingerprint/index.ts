/**
 * Fingerprints (ISO 24138) and look-alike search. Free of Node: bytes in, values out.
 * Pictures and sound need wasm: Node code imports `node.ts`, pages import `browser.ts`; both give all of this.
 */
export { chromaprint } from "./audio/chromaprint.ts";
export { type AudioMediaType, decodeAudio, isDecodedAudio } from "./audio/decode-audio.ts";
export { type MelodyCode, melodyCodeV0 } from "./audio/melody-code.ts";
export type { Pcm } from "./audio/pcm.ts";
export { detectMediaType } from "./detect-media-type.ts";
export { type Fingerprint, type FingerprintOptions, fingerprint } from "./fingerprint.ts";
export { decodeImage } from "./image/decode-image.ts";
export type { Pixels } from "./image/decoders.ts";
export { DataHasher } from "./iscc/data-unit.ts";
export { InstanceHasher } from "./iscc/instance-unit.ts";
export { bodyOfIsccCode, composeIsccCode, contentWordsOf, isccOfBody, type IsccUnits } from "./iscc/iscc-code.ts";
export { metaUnit } from "./iscc/meta-unit.ts";
export { isccSelfTest, type SelfTestReport } from "./iscc/self-test.ts";
export * from "./iscc/v0.ts";
export { audioFeatures } from "./match/audio-features.ts";
export { decodeFeatures, encodeFeatures, type MatchFeatures, matchFeatures } from "./match/match-features.ts";
export { unsearchable } from "./match/unsearchable.ts";
export { installMediaExtractor, type MediaExtractor } from "./media-extractor.ts";
export { excerptCodesV0, excerptOverlap } from "./text/excerpt-codes.ts";
export { FingerprintIndex, type FingerprintEntry, type FingerprintMatch } from "./search/fingerprint-index.ts";
export { bitDistance } from "./search/bit-distance.ts";
export { COMPARED_BITS, THRESHOLDS, type Verdict, verdictOf } from "./search/verdict.ts";
