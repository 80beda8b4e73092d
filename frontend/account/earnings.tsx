import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Account, WorkCard, WorkRevenue } from "../../common/api/schemas.ts";
import { isCoin } from "../chain/coin.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { isBusy, useTransaction } from "../chain/use-transaction.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button } from "../ui/button.tsx";
import { WorkPicture } from "../ui/work-picture.tsx";
import styles from "./me-page.module.css";

/** What each work earned in the chain's coin, and the way to withdraw it. */
export function Earnings(props: { account: string; earnings: Account["earnings"]; splits: Account["splits"] }) {
  const m = useRoomMessages();
  const format = useFormat();
  const own = props.earnings.flatMap(({ work, revenue }) =>
    revenue.filter((row) => isCoin(row.currency)).map((row) => ({ work, revenue: row, split: undefined })),
  );
  const shared = props.splits.flatMap(({ work, revenue, payees, ppm }) =>
    revenue.filter((row) => isCoin(row.currency)).map((row) => ({ work, revenue: row, split: { payees, ppm } })),
  );
  const rows = [...own, ...shared];
  if (rows.length === 0) return null;
  const total = own.reduce((sum, { revenue }) => sum + BigInt(revenue.claimableAfterPull), 0n);
  return (
    <>
      <p className={styles.total}>
        {m.state.labelled(m.me.total, "")}
        <strong data-testid="total-claimable">{format.ether(total)}</strong>
      </p>
      <ul>
        {rows.map(({ work, revenue, split }) => (
          <EarningRow key={work.id} account={props.account} work={work} revenue={revenue} split={split} />
        ))}
      </ul>
    </>
  );
}

type Split = { payees: string[]; ppm: number[] };

/** Part of an account in a split, ppm. */
function partOf(account: string, { payees, ppm }: Split): number {
  return payees.reduce((sum, payee, i) => sum + (payee.toLowerCase() === account ? (ppm[i] ?? 0) : 0), 0);
}

/** One work. What a co-created work earned goes to all payees' balances at once, whoever asks for it. */
function EarningRow(props: { account: string; work: WorkCard; revenue: WorkRevenue; split: Split | undefined }) {
  const { work, revenue, split } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const pull = useTransaction("pull");
  const claim = useTransaction(split ? "claimSplit" : "claim");
  const [step, setStep] = useState<number | null>(null);
  const due = BigInt(revenue.claimableAfterPull);
  const steps = revenue.pulls.length + 1;
  const busy = step !== null || isBusy(claim.state);

  async function onClaim() {
    for (const [index, { childId, edgeIndex }] of revenue.pulls.entries()) {
      setStep(index + 1);
      const receipt = await pull.send({
        contract: "RoyaltyLedger",
        functionName: "pull",
        args: [BigInt(childId), BigInt(edgeIndex), revenue.currency],
      });
      if (!receipt) {
        setStep(null);
        return;
      }
    }
    setStep(steps);
    pull.reset();
    const args = [BigInt(work.id), revenue.currency];
    await claim.send(
      split
        ? { contract: "RoyaltyLedger", functionName: "claimSplit", args: [...args, split.payees, split.ppm] }
        : { contract: "RoyaltyLedger", functionName: "claim", args },
    );
    setStep(null);
  }

  const active = step !== null && step < steps ? pull.state : claim.state.phase === "idle" ? pull.state : claim.state;
  return (
    <li className={styles.earning} data-testid="earning-row" data-work-id={work.id}>
      <span className={styles.earningThumb}>
        <WorkPicture work={work} sizes="72px" decorative />
      </span>
      <div>
        <p className={styles.licenseTitle} lang={work.lang}>
          <Link to="/works/$id" params={{ id: work.id }}>
            {work.title || m.card.untitled}
          </Link>
        </p>
        {split && (
          <p className={styles.note}>
            {m.me.yourPart(format.share(partOf(props.account, split)), split.payees.length)}
          </p>
        )}
      </div>
      <dl className={styles.sums}>
        <div>
          <dt>{m.me.claimable}</dt>
          <dd data-testid="claimable">{format.ether(revenue.claimable)}</dd>
        </div>
        <div>
          <dt>{m.me.afterPull}</dt>
          <dd>{format.ether(revenue.claimableAfterPull)}</dd>
        </div>
        <div>
          <dt>{m.me.claimed}</dt>
          <dd data-testid="claimed">{format.ether(revenue.claimed)}</dd>
        </div>
      </dl>
      <div className={styles.claim}>
        <Button
          size="sm"
          look={due > 0n ? "rubric" : "plain"}
          busy={busy}
          disabled={due === 0n || busy}
          data-testid="claim"
          onClick={() => void onClaim()}
        >
          {due === 0n ? m.me.nothingDue : split ? m.me.claimSplit(format.ether(due)) : m.me.claim(format.ether(due))}
        </Button>
        {steps > 1 && due > 0n && (
          <span className={styles.note}>{step === null ? m.me.claimSteps(steps) : m.me.stepOf(step, steps)}</span>
        )}
      </div>
      {revenue.held && revenue.held.amount !== "0" && (
        <p className={styles.encumbrance} data-testid="held">
          {m.me.held(format.ether(revenue.held.amount), format.date(revenue.held.until))}
        </p>
      )}
      {revenue.lienDues.length > 0 && <p className={styles.encumbrance}>{m.me.liens}</p>}
      <div className={styles.wide}>
        <TransactionStatus state={active} />
      </div>
    </li>
  );
}
