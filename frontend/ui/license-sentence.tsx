import type { Offer } from "../../common/api/schemas.ts";
import { termFlagsOf } from "../chain/term-flags.ts";
import type { Format } from "../i18n/format.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import type { Messages } from "../messages/en-rooms.ts";
import styles from "./license-sentence.module.css";

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
    may: format.list(may),
    mayNot: format.list(mayNot),
    must: format.list(must),
    pay: pay.join(m.license.and),
    lasts: terms.duration === 0 ? m.license.forEver : m.license.lasts(format.duration(terms.duration)),
  };
}

/** A license as a sentence, before it is a signature. */
export function LicenseSentence(props: {
  terms: Pick<Offer["terms"], "flags" | "derivativeShare" | "duration">;
  price: bigint;
}) {
  const m = useRoomMessages();
  const format = useFormat();
  const words = licenseWords(props.terms, props.price, m, format);
  const clauses = [
    { head: m.license.may, text: words.may, tone: "may" },
    { head: m.license.mayNot, text: words.mayNot, tone: "not" },
    { head: m.license.must, text: words.must, tone: "must" },
    { head: m.license.pay, text: words.pay, tone: "pay" },
  ].filter((clause) => clause.text);
  const gap = /[一-鿿]/.test(m.license.may) ? "" : " ";
  const stop = gap ? ". " : "。";
  return (
    <p className={styles.sentence} data-testid="license-sentence">
      {clauses.map((clause) => (
        <span key={clause.tone}>
          <strong className={styles[clause.tone]}>{clause.head}</strong>
          {gap}
          {clause.text}
          {stop}
        </span>
      ))}
      <span className={styles.lasts}>{words.lasts}</span>
    </p>
  );
}
