import { FLAGS } from "../chain/term-flags.ts";
import { parseEther } from "../i18n/format.ts";
import type { Messages } from "../messages/en-rooms.ts";
import { ZERO_DIGEST } from "./zero-digest.ts";
import { UNRESTRICTED } from "../../common/terms.ts";

export type PresetName = "personal" | "commercial" | "remix" | "training";

/** Terms and price as a person types them. */
export type TermsDraft = {
  preset: PresetName;
  /** Percent. */
  share: string;
  /** ETH. */
  price: string;
  /** Empty: no limit. */
  supply: string;
};

export const PRESET_FLAGS: Record<PresetName, number> = {
  personal: FLAGS.attribution | FLAGS.transferable,
  commercial: FLAGS.commercial | FLAGS.attribution | FLAGS.transferable,
  remix: FLAGS.commercial | FLAGS.derivatives | FLAGS.attribution | FLAGS.transferable,
  training: FLAGS.commercial | FLAGS.derivatives | FLAGS.training | FLAGS.attribution,
};

export const PRESET_SHARES: Record<PresetName, string> = { personal: "0", commercial: "0", remix: "10", training: "5" };

/** Draft that a preset starts from. */
export function initialTerms(preset: PresetName): TermsDraft {
  return { preset, share: PRESET_SHARES[preset], price: "0.02", supply: "" };
}

/** Share in ppm, or null where the text is no share between 0 and 50 %. */
function parseShare(text: string): number | null {
  const match = /^(\d{1,2})(?:[.,](\d{1,4}))?$/.exec(text.trim());
  if (!match) return null;
  const ppm = Number(match[1]) * 10_000 + Number((match[2] ?? "").padEnd(4, "0"));
  return ppm <= 500_000 ? ppm : null;
}

/** What is wrong with a draft, in the reader's language, or null. */
export function termsProblem(draft: TermsDraft, m: Messages): string | null {
  const price = parseEther(draft.price);
  if (price === null || price >= 2n ** 96n) return m.create.invalid.price;
  if (parseShare(draft.share) === null) return m.create.invalid.share;
  if (draft.supply.trim() && !/^\d{1,9}$/.test(draft.supply.trim())) return m.create.invalid.supply;
  return null;
}

/** Draft as the contract's arguments; call `termsProblem` first. */
export function termsArguments(draft: TermsDraft) {
  const allowsDerivatives = (PRESET_FLAGS[draft.preset] & FLAGS.derivatives) !== 0;
  return {
    terms: {
      flags: PRESET_FLAGS[draft.preset],
      derivativeShare: allowsDerivatives ? (parseShare(draft.share) ?? 0) : 0,
      duration: 0,
      legalText: ZERO_DIGEST,
      ...UNRESTRICTED,
    },
    offer: {
      currency: "0x0000000000000000000000000000000000000000" as const,
      price: parseEther(draft.price) ?? 0n,
      supply: Number(draft.supply.trim() || "0"),
      expiresAt: 0,
      shareOverride: 0,
    },
  };
}
