import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import type { WorkDetail } from "../../common/api/schemas.ts";
import { useChainState } from "../chain/chain-store.ts";
import { termFlagsOf } from "../chain/term-flags.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { isBusy, useTransaction } from "../chain/use-transaction.ts";
import { useConfig, useRenderTime } from "../data/boot.tsx";
import { accountQuery } from "../data/queries.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { LicenseSentence } from "../ui/license-sentence.tsx";
import styles from "./license-panel.module.css";
import { isOpen } from "./open-offers.ts";

/** What a license lets you do, as a sentence, and the button that buys it. */
export function LicensePanel(props: { work: WorkDetail }) {
  const { work } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const config = useConfig();
  const now = useRenderTime();
  const { address } = useChainState();
  const account = useQuery({ ...accountQuery(address ?? ""), enabled: address !== null });
  const buy = useTransaction("buy");
  const [bought, setBought] = useState<string | null>(null);
  const group = useId();

  const offers = work.offers
    .filter((offer) => isOpen(offer, now))
    .sort((a, b) => (BigInt(a.price) < BigInt(b.price) ? -1 : 1));
  const [chosenId, setChosenId] = useState<string | null>(null);
  const chosen = offers.find((offer) => offer.id === chosenId) ?? offers[0];
  const held = (account.data?.data.licenses ?? []).filter((license) => license.workId === work.id);
  const usable = held.find(
    (license) => !license.used && !license.revoked && termFlagsOf(license.terms.flags).derivatives,
  );
  const own = address !== null && address === work.owner.toLowerCase();

  async function onBuy() {
    if (!chosen) return;
    const { requireWallet } = await import("../chain/chain-store.ts");
    const buyer = await requireWallet();
    if (!buyer) return;
    const price = BigInt(chosen.price);
    const receipt = await buy.send({
      contract: "LicenseToken",
      functionName: "buy",
      args: [BigInt(chosen.id), buyer, price],
      value: price,
    });
    if (!receipt) return;
    const { issuedLicense } = await import("../chain/receipt-events.ts");
    setBought(issuedLicense(receipt, config.deployment.contracts.LicenseToken));
  }

  return (
    <section className={styles.panel} aria-labelledby={`${group}-title`}>
      <h2 id={`${group}-title`} className={styles.title}>
        {m.work.license}
      </h2>
      {!chosen && (
        <div>
          <p>{m.work.noOffer}</p>
          <p className={styles.note}>
            {work.superseded ? m.work.superseded : work.blocked ? m.work.blocked : m.work.noOfferText}
          </p>
        </div>
      )}
      {chosen && (
        <>
          {offers.length > 1 && (
            <fieldset className={styles.choices}>
              <legend className={styles.note}>{m.work.chooseTerms}</legend>
              {offers.map((offer) => (
                <label key={offer.id} className={styles.choice}>
                  <input
                    type="radio"
                    name={group}
                    checked={offer.id === chosen.id}
                    onChange={() => setChosenId(offer.id)}
                  />
                  <span>{offerName(offer.terms, m)}</span>
                  <span className={styles.price}>
                    {BigInt(offer.price) === 0n ? m.card.free : format.ether(offer.price)}
                  </span>
                </label>
              ))}
            </fieldset>
          )}
          <LicenseSentence
            terms={{ ...chosen.terms, derivativeShare: chosen.derivativeShare }}
            price={BigInt(chosen.price)}
          />
          <div className={styles.action}>
            <Button
              look={own ? "plain" : "rubric"}
              busy={isBusy(buy.state)}
              disabled={isBusy(buy.state)}
              data-testid="buy"
              onClick={() => void onBuy()}
            >
              {BigInt(chosen.price) === 0n ? m.work.buyFree : m.work.buy(format.ether(chosen.price))}
            </Button>
            <span className={styles.note}>{m.work.sold(chosen.sold, chosen.supply)}</span>
          </div>
        </>
      )}
      <TransactionStatus state={buy.state} />
      {bought && (
        <p className={styles.held} data-testid="bought">
          {m.work.bought(bought)}
        </p>
      )}
      {!bought && held.length > 0 && <p className={styles.held}>{m.work.owned}</p>}
      {own && <p className={styles.note}>{m.work.ownWork}</p>}
      {usable && (work.kind === "image" || work.kind === "text") && (
        <div className={styles.remix}>
          <Link
            to="/create"
            search={{ mode: "generate", license: usable.id }}
            className={buttonClass()}
            data-testid="remix"
          >
            {m.work.remix}
          </Link>
          <p className={styles.note}>{m.work.remixText}</p>
        </div>
      )}
    </section>
  );
}

/** Name of the preset that terms come closest to. */
function offerName(terms: { flags: number }, m: ReturnType<typeof useRoomMessages>): string {
  const flags = termFlagsOf(terms.flags);
  const preset = flags.training
    ? "training"
    : flags.derivatives
      ? "remix"
      : flags.commercial
        ? "commercial"
        : "personal";
  return m.license.presets[preset].name;
}
