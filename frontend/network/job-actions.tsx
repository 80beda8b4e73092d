import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { Job } from "../../common/api/schemas.ts";
import { useChainState } from "../chain/chain-store.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { isBusy, useTransaction } from "../chain/use-transaction.ts";
import { useRenderTime } from "../data/boot.tsx";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { CheckActions } from "./check-actions.tsx";
import styles from "./job-page.module.css";

const RegisterOutput = lazy(() =>
  import("./register-output.tsx").then((module) => ({ default: module.RegisterOutput })),
);

const RefuseResult = lazy(() => import("./refuse-result.tsx").then((module) => ({ default: module.RefuseResult })));

/** What the reader can do with a job now: settle, take back, move on, draw or close its check, register the result. */
export function JobActions(props: { job: Job; headBlock: number }) {
  const { job, headBlock } = props;
  const m = useRoomMessages();
  const now = useRenderTime();
  const { address } = useChainState();
  const settle = useTransaction("settle");
  const cancel = useTransaction("cancel");
  const poke = useTransaction("poke");
  // What was registered from this very page stays on it with its own words.
  const [registeredHere, setRegisteredHere] = useState(false);
  const mine = address !== null && address === job.requester.toLowerCase();
  const late = ["posted", "accepted", "submitted"].includes(job.status) && now > job.deadline;
  const call = (functionName: string) => ({ contract: "JobMarket", functionName, args: [BigInt(job.id)] }) as const;
  return (
    <div className={styles.actions}>
      {mine && job.status === "submitted" && (
        <div className={styles.row}>
          <Button
            look="rubric"
            busy={isBusy(settle.state)}
            disabled={isBusy(settle.state)}
            data-testid="settle"
            onClick={() => void settle.send(call("settle"))}
          >
            {m.job.settle}
          </Button>
          <span className={styles.note}>{m.job.settleText}</span>
        </div>
      )}
      <TransactionStatus state={settle.state} />
      {mine && job.status === "submitted" && !late && (
        <Suspense fallback={null}>
          <RefuseResult job={job} />
        </Suspense>
      )}
      {mine && job.status === "posted" && (
        <Button
          look="quiet"
          busy={isBusy(cancel.state)}
          disabled={isBusy(cancel.state)}
          data-testid="cancel-job"
          onClick={() => void cancel.send(call("cancel"))}
        >
          {m.job.cancel}
        </Button>
      )}
      <TransactionStatus state={cancel.state} />
      {late && (
        <div className={styles.row}>
          <Button busy={isBusy(poke.state)} disabled={isBusy(poke.state)} onClick={() => void poke.send(call("poke"))}>
            {m.job.poke}
          </Button>
          <span className={styles.note}>{m.job.pokeText}</span>
        </div>
      )}
      <TransactionStatus state={poke.state} />
      <CheckActions job={job} headBlock={headBlock} now={now} />
      {job.outputWorkId && !registeredHere && (
        <p className={styles.row}>
          {m.job.registeredAs}
          <Link to="/works/$id" params={{ id: job.outputWorkId }} className={buttonClass("plain", "sm")}>
            {m.why.workNumber(job.outputWorkId)}
          </Link>
        </p>
      )}
      {mine && job.status === "settled" && (!job.outputWorkId || registeredHere) && job.receipt && (
        <Suspense fallback={null}>
          <RegisterOutput job={job} onRegistered={() => setRegisteredHere(true)} />
        </Suspense>
      )}
    </div>
  );
}
