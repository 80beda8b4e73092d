/** License terms: the bits the chain stores, presets, and the id of terms. */
import { encodeAbiParameters, type Hex, keccak256, zeroAddress } from "viem";

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

/** Terms as the chain stores them (`ILicenseToken.Terms`). */
export type Terms = {
  flags: number;
  /** Share of each derivative's revenue, ppm. */
  derivativeShare: number;
  /** Seconds; 0 = for ever. */
  duration: number;
  legalText: Hex;
  /** 0 none, 1 exclusive, 2 sole. */
  exclusivity: number;
  /** 0 absolute: of the derivative's whole revenue, at any depth; 1 relative: a share of the share. */
  shareMode: number;
  /** Bit sets; 0 = everywhere, by every means. */
  territories: number;
  channels: number;
};

/** An offer's conditions (`ILicenseToken.OfferParams`). */
export type OfferConditions = {
  /** ERC-20, or the zero address for the chain's coin. */
  currency: Hex;
  /** Smallest units of the currency. */
  price: bigint;
  /** Licenses that may be sold; 0 = unlimited. */
  supply: number;
  /** Block time; 0 = never. */
  expiresAt: number;
  /** Share instead of the terms', ppm; 0 = as the terms say. */
  shareOverride: number;
};

/** Not exclusive, an absolute share, everywhere, by every means. */
export const UNRESTRICTED = { exclusivity: 0, shareMode: 0, territories: 0, channels: 0 } as const;

/** An offer that stands until it is closed, for any number of licenses. */
export function openOffer(price: bigint, currency: Hex = zeroAddress): OfferConditions {
  return { currency, price, supply: 0, expiresAt: 0, shareOverride: 0 };
}

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
    ...UNRESTRICTED,
  },
  commercial: {
    flags: termFlags("commercial", "attribution", "transferable"),
    derivativeShare: 0,
    duration: 0,
    legalText: ZERO_DIGEST,
    ...UNRESTRICTED,
  },
  remix: {
    flags: termFlags("commercial", "derivatives", "attribution", "transferable"),
    derivativeShare: 100_000,
    duration: 0,
    legalText: ZERO_DIGEST,
    ...UNRESTRICTED,
  },
  training: {
    flags: termFlags("commercial", "derivatives", "training", "attribution"),
    derivativeShare: 50_000,
    duration: 0,
    legalText: ZERO_DIGEST,
    ...UNRESTRICTED,
  },
} as const satisfies Record<string, Terms>;

export type TermPreset = keyof typeof TERM_PRESETS;

/** Id of terms, equal to `LicenseToken.termsIdOf`: keccak256 of the ABI encoding. */
export function termsIdOf(terms: Terms): Hex {
  return keccak256(
    encodeAbiParameters(
      ["uint16", "uint24", "uint32", "bytes32", "uint8", "uint8", "uint32", "uint16"].map((type) => ({ type })),
      [
        terms.flags,
        terms.derivativeShare,
        terms.duration,
        terms.legalText,
        terms.exclusivity,
        terms.shareMode,
        terms.territories,
        terms.channels,
      ],
    ),
  );
}
