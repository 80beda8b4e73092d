import { useState } from "react";
import type { Dispute } from "../../common/api/schemas.ts";
import { DISPUTE_EFFECTS, type DisputeEffect } from "../../common/disputes.ts";
import { useChainState } from "../chain/chain-store.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { isBusy, type TransactionLabel, useTransaction } from "../chain/use-transaction.ts";
import { useRenderTime } from "../data/boot.tsx";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button } from "../ui/button.tsx";
import { disputeSteps } from "./dispute-steps.ts";
import styles from "./disputes.module.css";
import { StatementForm } from "./statement-form.tsx";

/** What the reader can do about a dispute now: answer, ask, carry out, move on, bring a statement. */
export function DisputeActions(props: { dispute: Dispute }) {
  const { dispute } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const now = useRenderTime();
  const { address } = useChainState();
  const [speaking, setSpeaking] = useState(false);
  const words = m.dispute;
  const steps = disputeSteps(dispute, address, dispute.work?.owner.toLowerCase() ?? null, now);
  const id = BigInt(dispute.id);
  return (
    <div className={styles.actions}>
      <Step
        shown={steps.answer}
        label="answerDispute"
        functionName="answer"
        args={[id]}
        value={BigInt(dispute.bond)}
        look="rubric"
        text={words.answer(format.ether(dispute.bond))}
        note={words.answerText}
      />
      <Step
        shown={steps.ask}
        label="startArbitrationDispute"
        functionName="startArbitration"
        args={[id]}
        text={words.ask}
      />
      {(Object.keys(DISPUTE_EFFECTS) as DisputeEffect[])
        .filter((effect) => dispute.asked.includes(effect))
        .map((effect) => (
          <Step
            key={effect}
            shown={steps.execute.includes(effect)}
            label="executeDispute"
            functionName="execute"
            args={[id, DISPUTE_EFFECTS[effect]]}
            look="rubric"
            text={words.carryOut[effect]}
          />
        ))}
      <Step shown={steps.poke} label="pokeDispute" functionName="poke" args={[id]} text={words.poke} />
      <Step shown={steps.release} label="releaseDispute" functionName="release" args={[id]} text={words.release} />
      {steps.evidence && !speaking && (
        <Button size="sm" data-testid="dispute-speak" onClick={() => setSpeaking(true)}>
          {words.bring}
        </Button>
      )}
      {speaking && (
        <StatementForm
          label="submitEvidenceDispute"
          button={words.bring}
          callOf={({ uri }) => ({ contract: "DisputeModule", functionName: "submitEvidence", args: [id, uri] })}
          onClose={() => setSpeaking(false)}
        />
      )}
    </div>
  );
}

/** One write; what became of it stays when the step itself is over. */
function Step(props: {
  shown: boolean;
  label: TransactionLabel;
  functionName: string;
  args: readonly unknown[];
  value?: bigint;
  look?: "rubric" | "plain";
  text: string;
  note?: string;
}) {
  const write = useTransaction(props.label);
  const { functionName, args, value } = props;
  if (!props.shown && write.state.phase === "idle") return null;
  return (
    <div className={styles.step}>
      {props.shown && (
        <div className={styles.row}>
          <Button
            size="sm"
            look={props.look ?? "plain"}
            busy={isBusy(write.state)}
            disabled={isBusy(write.state)}
            data-testid={`dispute-${functionName}`}
            onClick={() =>
              void write.send({
                contract: "DisputeModule",
                functionName,
                args,
                ...(value === undefined ? {} : { value }),
              })
            }
          >
            {props.text}
          </Button>
          {props.note && <span className={styles.note}>{props.note}</span>}
        </div>
      )}
      <TransactionStatus state={write.state} />
    </div>
  );
}
