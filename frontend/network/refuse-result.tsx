import { useState } from "react";
import type { Job } from "../../common/api/schemas.ts";
import { JOB_CLASS } from "../../common/job-escrow.ts";
import { useChainRead } from "../chain/use-chain-read.ts";
import { StatementForm } from "../dispute/statement-form.tsx";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button } from "../ui/button.tsx";
import styles from "./job-page.module.css";

/** Refuses what the operator submitted, in the requester's own words; verifiers, or the arbitrator, then decide. */
export function RefuseResult(props: { job: Job }) {
  const { job } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const [speaking, setSpeaking] = useState(false);
  const checked = job.verification === JOB_CLASS.bitExact || job.verification === JOB_CLASS.tolerance;
  const cost = useChainRead<bigint>(
    speaking && !checked ? { contract: "JobChecks", functionName: "arbitrationCost", args: [] } : null,
  );
  if (!speaking) {
    return (
      <Button data-testid="refuse-result" onClick={() => setSpeaking(true)}>
        {m.job.refuse}
      </Button>
    );
  }
  return (
    <section className={styles.check}>
      <p className={styles.stage}>
        {checked ? m.job.refuseText : m.job.refuseArbitrated(cost.data === undefined ? "…" : format.ether(cost.data))}
      </p>
      {(checked || cost.data !== undefined) && (
        <StatementForm
          label="dispute"
          button={m.job.refuse}
          callOf={({ digest }) => ({
            contract: "JobMarket",
            functionName: "dispute",
            args: [BigInt(job.id), digest],
            ...(cost.data === undefined ? {} : { value: cost.data }),
          })}
          onClose={() => setSpeaking(false)}
        />
      )}
    </section>
  );
}
