import type { WorkDetail } from "../../common/api/schemas.ts";
import { COIN, isCoin } from "../chain/coin.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { isBusy, useTransaction } from "../chain/use-transaction.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { WorkName } from "../network/work-name.tsx";
import { AddressLink } from "../ui/address-link.tsx";
import { Button } from "../ui/button.tsx";
import styles from "./disputes.module.css";

type Lien = WorkDetail["liens"][number];

/** Parts of the owner's income that others were awarded, and what waits to be paid out to them. */
export function LienList(props: { work: WorkDetail }) {
  const { id, liens, revenue } = props.work;
  const coin = revenue.find(({ currency }) => isCoin(currency));
  return liens.map((lien, index) => (
    // Liens have no names of their own, and none is ever taken out of the list.
    // oxlint-disable-next-line react/no-array-index-key -- as above
    <LienRow key={index} workId={id} index={index} lien={lien} due={coin?.lienDues[index] ?? "0"} />
  ));
}

/** @param props.due in the chain's coin, wei */
function LienRow(props: { workId: string; index: number; lien: Lien; due: string }) {
  const { workId, index, lien, due } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const settle = useTransaction("settleLien");
  const { lienTo, lienUnanswered, payLien } = m.dispute;
  const args = [BigInt(workId), BigInt(index), COIN];
  return (
    <div className={`${styles.fact} ${styles.lien}`} data-testid="lien">
      <p>
        {(lien.heard ? lienTo : lienUnanswered)(format.share(lien.share))}{" "}
        {lien.workId ? <WorkName id={lien.workId} /> : lien.account && <AddressLink address={lien.account} />}
      </p>
      {BigInt(due) > 0n && (
        <Button
          size="sm"
          busy={isBusy(settle.state)}
          disabled={isBusy(settle.state)}
          data-testid="settle-lien"
          onClick={() => void settle.send({ contract: "RoyaltyLedger", functionName: "settleLien", args })}
        >
          {payLien(format.ether(due))}
        </Button>
      )}
      <TransactionStatus state={settle.state} />
    </div>
  );
}
