import type { Offer } from "../../common/api/schemas.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import styles from "./license-sentence.module.css";
import { licenseWords } from "./license-words.ts";

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
