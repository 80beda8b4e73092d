import type { Account } from "../../common/api/schemas.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { isBusy, useTransaction } from "../chain/use-transaction.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button } from "../ui/button.tsx";
import styles from "./me-page.module.css";

/** Refunds and pay that the job market owes the account, in the chain's coin. */
export function Credits(props: { credits: Account["jobCredits"] }) {
  const m = useRoomMessages();
  const format = useFormat();
  const withdraw = useTransaction("withdraw");
  const credit = props.credits.find(({ currency, amount }) => /^0x0{40}$/.test(currency) && BigInt(amount) > 0n);
  if (!credit) return <TransactionStatus state={withdraw.state} />;
  return (
    <div className={styles.credits} data-testid="credits">
      <div>
        <h3>{m.me.credits}</h3>
        <p className={styles.note}>{m.me.creditsText}</p>
      </div>
      <Button
        size="sm"
        look="rubric"
        busy={isBusy(withdraw.state)}
        disabled={isBusy(withdraw.state)}
        data-testid="withdraw"
        onClick={() => void withdraw.send({ contract: "JobMarket", functionName: "withdraw", args: [credit.currency] })}
      >
        {m.me.withdraw(format.ether(credit.amount))}
      </Button>
      <TransactionStatus state={withdraw.state} />
    </div>
  );
}
