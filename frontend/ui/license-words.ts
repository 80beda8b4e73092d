import { termFlagsOf } from "../chain/term-flags.ts";
import type { Format } from "../i18n/format.ts";
import type { Messages } from "../messages/en-rooms.ts";

export type LicenseWords = { may: string; mayNot: string; must: string; pay: string; lasts: string };

/** What people read of a license's terms; the same fields in the same order as the chain stores them. */
export function licenseWords(
  terms: { flags: number; derivativeShare: number; duration: number },
  price: bigint,
  m: Messages,
  format: Format,
): LicenseWords {
  const flags = termFlagsOf(terms.flags);
  const grants = ["commercial", "derivatives", "training", "transferable"] as const;
  const may = [m.license.use, ...grants.filter((flag) => flags[flag]).map((flag) => m.license.flags[flag])];
  const mayNot = grants.filter((flag) => !flags[flag]).map((flag) => m.license.flags[flag]);
  const must = [
    ...(flags.attribution ? [m.license.attribution] : []),
    ...(flags.reciprocal ? [m.license.reciprocal] : []),
  ];
  const pay = [
    price === 0n ? m.license.free : m.license.priceOnce(format.ether(price)),
    ...(flags.derivatives && terms.derivativeShare > 0
      ? [m.license.shareOfRemix(format.share(terms.derivativeShare))]
      : []),
  ];
  return {
    may: m.license.list(may),
    mayNot: m.license.list(mayNot),
    must: m.license.list(must),
    pay: pay.join(m.license.and),
    lasts: terms.duration === 0 ? m.license.forEver : m.license.lasts(format.duration(terms.duration)),
  };
}
