import { TransactionStatus } from "../chain/transaction-status.tsx";
import { isBusy, useTransaction } from "../chain/use-transaction.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button } from "../ui/button.tsx";
import styles from "./me-page.module.css";

/** Bonds of disputes that came back to the account. @param props.amount wei */
export function BondCredit(props: { amount: string }) {
  const m = useRoomMessages();
  const format = useFormat();
  const withdraw = useTransaction("withdrawDispute");
  if (BigInt(props.amount) === 0n) return <TransactionStatus state={withdraw.state} />;
  return (
    <div className={styles.credits} data-testid="bond-credit">
      <div>
        <h3>{m.me.bonds}</h3>
        <p className={styles.note}>{m.me.bondsText}</p>
      </div>
      <Button
        size="sm"
        look="rubric"
        busy={isBusy(withdraw.state)}
        disabled={isBusy(withdraw.state)}
        data-testid="withdraw-bonds"
        onClick={() => void withdraw.send({ contract: "DisputeModule", functionName: "withdraw", args: [] })}
      >
        {m.me.withdraw(format.ether(props.amount))}
      </Button>
      <TransactionStatus state={withdraw.state} />
    </div>
  );
}
