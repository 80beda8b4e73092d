import { isCoin } from "../chain/coin.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { isBusy, useTransaction } from "../chain/use-transaction.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button } from "../ui/button.tsx";
import styles from "./me-page.module.css";

/** Contracts that keep money for accounts, which withdraw it themselves. */
export type Keeper = "JobMarket" | "RoyaltyLedger" | "DisputeModule";

type Amounts = readonly { currency: string; amount: string }[];

/** What a contract keeps for the account in the chain's coin, and the way to withdraw it; nothing where that is nothing. */
export function CreditRow(props: { keeper: Keeper; amounts: Amounts; testId: string }) {
  const { keeper, amounts, testId } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const bonds = keeper === "DisputeModule";
  const withdraw = useTransaction(bonds ? "withdrawDispute" : "withdraw");
  const credit = amounts.find(({ currency, amount }) => isCoin(currency) && BigInt(amount) > 0n);
  if (!credit) return <TransactionStatus state={withdraw.state} />;
  const words = {
    JobMarket: [m.me.credits, m.me.creditsText],
    RoyaltyLedger: [m.me.ledgerBalance, m.me.ledgerBalanceText],
    DisputeModule: [m.me.bonds, m.me.bondsText],
  } satisfies Record<Keeper, [string, string]>;
  const [title, text] = words[keeper];
  return (
    <div className={styles.credits} data-testid={testId}>
      <div>
        <h3>{title}</h3>
        <p className={styles.note}>{text}</p>
      </div>
      <Button
        size="sm"
        look="rubric"
        busy={isBusy(withdraw.state)}
        disabled={isBusy(withdraw.state)}
        data-testid={`withdraw-${testId}`}
        // Bonds are in the chain's coin only.
        onClick={() =>
          void withdraw.send({ contract: keeper, functionName: "withdraw", args: bonds ? [] : [credit.currency] })
        }
      >
        {m.me.withdraw(format.ether(credit.amount))}
      </Button>
      <TransactionStatus state={withdraw.state} />
    </div>
  );
}
