import type { Account } from "../../common/api/schemas.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { isBusy, useTransaction } from "../chain/use-transaction.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button } from "../ui/button.tsx";
import styles from "./me-page.module.css";

/** Parts of co-created works and what rulings awarded, which the royalty ledger keeps for the account, in the chain's coin. */
export function LedgerBalance(props: { balances: Account["ledgerBalances"] }) {
  const m = useRoomMessages();
  const format = useFormat();
  const withdraw = useTransaction("withdraw");
  const balance = props.balances.find(({ currency, amount }) => /^0x0{40}$/.test(currency) && BigInt(amount) > 0n);
  if (!balance) return <TransactionStatus state={withdraw.state} />;
  return (
    <div className={styles.credits} data-testid="ledger-balance">
      <div>
        <h3>{m.me.ledgerBalance}</h3>
        <p className={styles.note}>{m.me.ledgerBalanceText}</p>
      </div>
      <Button
        size="sm"
        look="rubric"
        busy={isBusy(withdraw.state)}
        disabled={isBusy(withdraw.state)}
        data-testid="withdraw-ledger"
        onClick={() =>
          void withdraw.send({ contract: "RoyaltyLedger", functionName: "withdraw", args: [balance.currency] })
        }
      >
        {m.me.withdraw(format.ether(balance.amount))}
      </Button>
      <TransactionStatus state={withdraw.state} />
    </div>
  );
}
