import type { Job } from "../../common/api/schemas.ts";
import { useChainState } from "../chain/chain-store.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { useChainRead } from "../chain/use-chain-read.ts";
import { isBusy, useTransaction } from "../chain/use-transaction.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button } from "../ui/button.tsx";
import { errorSentence } from "../ui/error-sentence.ts";
import { type Appeal, appealStep, checkStep } from "./check-step.ts";
import styles from "./job-page.module.css";

/** Where a job's check is, the step that anybody may take now, and the way to the arbitrator. */
export function CheckActions(props: { job: Job; headBlock: number; now: number }) {
  const { job } = props;
  const m = useRoomMessages();
  const { address } = useChainState();
  const move = { draw: useTransaction("draw"), tally: useTransaction("tally"), close: useTransaction("close") };
  const { check } = job;
  if (!check || (job.status !== "checking" && job.status !== "disputed")) return null;
  const step = checkStep(job, props.headBlock, props.now);
  const appeal = appealStep(job, address, props.now);
  const results = [job.specDigest, job.outputHash, job.receiptDigest];
  return (
    <section className={styles.check} data-testid="check-stage" data-stage={check.stage}>
      <p className={styles.stage}>
        {check.stage === "decided" && check.right !== null
          ? m.state.sentences(check.right ? m.job.decidedRight : m.job.decidedWrong, m.job.checkStages.decided)
          : m.job.checkStages[check.stage]}
      </p>
      {check.stage === "drawn" && (
        <p className={styles.note}>{m.job.revealed(check.revealed, check.verifiers.length)}</p>
      )}
      {step && (
        <div className={styles.row}>
          <Button
            busy={isBusy(move[step].state)}
            disabled={isBusy(move[step].state)}
            data-testid={`check-${step}`}
            onClick={() =>
              void move[step].send({
                contract: "JobChecks",
                functionName: step,
                args: step === "tally" ? [BigInt(job.id), ...results] : [BigInt(job.id)],
              })
            }
          >
            {m.job.checkSteps[step]}
          </Button>
          <span className={styles.note}>{m.job.checkStepText}</span>
        </div>
      )}
      {(["draw", "tally", "close"] as const).map((name) => (
        <TransactionStatus key={name} state={move[name].state} />
      ))}
      {appeal && <AppealAction key={appeal} appeal={appeal} jobId={job.id} />}
    </section>
  );
}

/** Brings the job before the arbitrator, for what the contract says it costs now. */
function AppealAction(props: { appeal: Appeal; jobId: string }) {
  const { appeal } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const bring = useTransaction(appeal);
  const functionName = appeal === "refer" ? "arbitrationCost" : "escalationBond";
  const cost = useChainRead<bigint>({ contract: "JobChecks", functionName, args: [] });
  const busy = isBusy(bring.state);
  return (
    <>
      <div className={styles.row}>
        <Button
          busy={busy}
          disabled={busy || cost.data === undefined}
          data-testid={`check-${appeal}`}
          onClick={() =>
            void bring.send({
              contract: "JobChecks",
              functionName: appeal,
              args: [BigInt(props.jobId)],
              ...(cost.data === undefined ? {} : { value: cost.data }),
            })
          }
        >
          {m.job.appeals[appeal].button(cost.data === undefined ? "…" : format.ether(cost.data))}
        </Button>
        <span className={styles.note}>{m.job.appeals[appeal].text}</span>
      </div>
      {cost.error && (
        <p role="alert" className={styles.problem}>
          {errorSentence(cost.error, m)}
        </p>
      )}
      <TransactionStatus state={bring.state} />
    </>
  );
}
