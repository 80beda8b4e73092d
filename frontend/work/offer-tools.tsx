import { useState } from "react";
import type { Offer, WorkDetail } from "../../common/api/schemas.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { isBusy, useTransaction } from "../chain/use-transaction.ts";
import { initialTerms, type TermsDraft, termsArguments, termsProblem } from "../create/terms-draft.ts";
import { TermsEditor } from "../create/terms-editor.tsx";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button } from "../ui/button.tsx";
import styles from "./offer-tools.module.css";
import { WorkSection } from "./work-section.tsx";

/** Sets new offers and closes old ones. */
export function OfferTools(props: { work: WorkDetail }) {
  const { work } = props;
  const m = useRoomMessages();
  const [draft, setDraft] = useState<TermsDraft>(initialTerms("remix"));
  const [problem, setProblem] = useState<string | null>(null);
  const set = useTransaction("setOffer");

  async function onSet() {
    const found = termsProblem(draft, m);
    setProblem(found);
    if (found) return;
    const { terms, offer } = termsArguments(draft);
    await set.send({ contract: "LicenseToken", functionName: "setOffer", args: [BigInt(work.id), terms, offer] });
  }

  return (
    <WorkSection title={m.work.ownerTools}>
      <div className={styles.tools}>
        <div>
          <h3>{m.work.offers}</h3>
          <ul className={styles.offers}>
            {work.offers.map((offer) => (
              <OfferRow key={offer.id} offer={offer} />
            ))}
            {work.offers.length === 0 && <li>{m.work.noOffer}</li>}
          </ul>
        </div>
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            void onSet();
          }}
        >
          <h3>{m.work.newOffer}</h3>
          <TermsEditor draft={draft} onChange={setDraft} />
          {problem && <p role="alert">{problem}</p>}
          <Button type="submit" busy={isBusy(set.state)} disabled={isBusy(set.state)} data-testid="set-offer">
            {m.work.newOffer}
          </Button>
          <TransactionStatus state={set.state} />
        </form>
      </div>
    </WorkSection>
  );
}

function OfferRow(props: { offer: Offer }) {
  const { offer } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const close = useTransaction("closeOffer");
  return (
    <li className={styles.offer}>
      <span className={styles.price}>{BigInt(offer.price) === 0n ? m.card.free : format.ether(offer.price)}</span>
      <span>{m.work.sold(offer.sold, offer.supply)}</span>
      <span>{offer.closed ? m.work.closed : m.work.open}</span>
      {!offer.closed && (
        <Button
          size="sm"
          look="quiet"
          busy={isBusy(close.state)}
          disabled={isBusy(close.state)}
          data-testid="close-offer"
          onClick={() =>
            void close.send({ contract: "LicenseToken", functionName: "closeOffer", args: [BigInt(offer.id)] })
          }
        >
          {m.work.closeOffer}
        </Button>
      )}
      <TransactionStatus state={close.state} />
    </li>
  );
}
