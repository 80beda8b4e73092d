/** License terms: the bits the chain stores, presets, and the id of terms. */
import { encodeAbiParameters, type Hex, keccak256 } from "viem";

/** Bits of `ILicenseToken.Terms.flags`. */
export const TERM_FLAGS = {
  commercial: 1,
  derivatives: 2,
  training: 4,
  attribution: 8,
  reciprocal: 16,
  transferable: 32,
} as const;

export type TermFlag = keyof typeof TERM_FLAGS;

/** Terms as the chain stores them. Share in ppm of each derivative's revenue, duration in seconds (0 = for ever). */
export type Terms = {
  flags: number;
  derivativeShare: number;
  duration: number;
  legalText: Hex;
};

/** Splits the bit field into names. */
export function termFlagsOf(flags: number): Record<TermFlag, boolean> {
  const entries = Object.entries(TERM_FLAGS).map(([name, bit]) => [name, (flags & bit) !== 0]);
  return Object.fromEntries(entries) as Record<TermFlag, boolean>;
}

/** Joins names into the bit field. */
export function termFlags(...names: TermFlag[]): number {
  return names.reduce((bits, name) => bits | TERM_FLAGS[name], 0);
}

export const ZERO_DIGEST: Hex = `0x${"00".repeat(32)}`;

/** Presets offered in the dapp; a preset is only a starting point, every field can be changed. */
export const TERM_PRESETS = {
  personal: {
    flags: termFlags("attribution", "transferable"),
    derivativeShare: 0,
    duration: 0,
    legalText: ZERO_DIGEST,
  },
  commercial: {
    flags: termFlags("commercial", "attribution", "transferable"),
    derivativeShare: 0,
    duration: 0,
    legalText: ZERO_DIGEST,
  },
  remix: {
    flags: termFlags("commercial", "derivatives", "attribution", "transferable"),
    derivativeShare: 100_000,
    duration: 0,
    legalText: ZERO_DIGEST,
  },
  training: {
    flags: termFlags("commercial", "derivatives", "training", "attribution"),
    derivativeShare: 50_000,
    duration: 0,
    legalText: ZERO_DIGEST,
  },
} as const satisfies Record<string, Terms>;

export type TermPreset = keyof typeof TERM_PRESETS;

/** Id of terms, equal to `LicenseToken.termsIdOf`: keccak256 of the ABI encoding. */
export function termsIdOf(terms: Terms): Hex {
  return keccak256(
    encodeAbiParameters(
      [{ type: "uint16" }, { type: "uint24" }, { type: "uint32" }, { type: "bytes32" }],
      [terms.flags, terms.derivativeShare, terms.duration, terms.legalText],
    ),
  );
}
