import { useState } from "react";
import type { WorkDetail } from "../../common/api/schemas.ts";
import { ColophonError } from "../../common/errors.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { useChainRead } from "../chain/use-chain-read.ts";
import { isBusy, useTransaction } from "../chain/use-transaction.ts";
import { useConfig } from "../data/boot.tsx";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button } from "../ui/button.tsx";
import { errorSentence } from "../ui/error-sentence.ts";
import { ClaimFields } from "./claim-fields.tsx";
import { disputeArguments, type DisputeDraft, disputeProblem, initialDispute, openCall } from "./dispute-draft.ts";
import styles from "./disputes.module.css";
import { stepProblem } from "./step-problem.ts";
import { storeStatement } from "./store-statement.ts";

/** A dispute that was opened here, and the statement that it shall name. */
type Opened = { id: string; uri: string };

/** Opens a dispute over a work: claim, what is asked, bond, and a statement that is stored before anything is paid. */
export function DisputeForm(props: { work: WorkDetail; onClose: () => void }) {
  const { work } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const config = useConfig();
  const words = m.dispute;
  const [draft, setDraft] = useState<DisputeDraft>(initialDispute("near-duplicate"));
  const [problem, setProblem] = useState<string | null>(null);
  const [storing, setStoring] = useState(false);
  const [opened, setOpened] = useState<Opened | null>(null);
  const open = useTransaction("openDispute");
  const name = useTransaction("submitEvidenceDispute");
  const { CommitteeArbitrator: arbitrator, DisputeModule: disputes } = config.deployment.contracts;
  const dispute = disputeArguments(draft, work, arbitrator);
  // The bond rests on the work's revenue and on the number of jurors alone.
  const priced = { ...dispute, claim: 4, effects: 1, lienPpm: 1, otherWork: 0n, currencies: [], licenseIds: [] };
  const bond = useChainRead<bigint>({ contract: "DisputeModule", functionName: "bondOf", args: [priced] });
  const busy = storing || isBusy(open.state);
  const named = name.state.phase === "mined" || name.state.phase === "indexed";

  async function onOpen() {
    const found = disputeProblem(draft, work, m);
    setProblem(found);
    if (found || bond.data === undefined) return;
    setStoring(true);
    try {
      const stored = await storeStatement(draft.statement, config, m);
      setStoring(false);
      if (!stored) return;
      const receipt = await open.send(openCall(draft, dispute, bond.data));
      if (!receipt) return;
      const { openedDispute } = await import("../chain/receipt-events.ts");
      const id = openedDispute(receipt, disputes);
      if (!id) return;
      setOpened({ id, uri: stored.uri });
      await nameStatement({ id, uri: stored.uri });
    } catch (error) {
      setStoring(false);
      if (!(error instanceof ColophonError)) throw error;
      setProblem(stepProblem(error, m));
    }
  }

  const nameStatement = ({ id, uri }: Opened) =>
    name.send({ contract: "DisputeModule", functionName: "submitEvidence", args: [BigInt(id), uri] });

  if (opened) {
    return (
      <section className={styles.done} data-testid="dispute-opened" data-dispute-id={opened.id}>
        <h3>{words.opened(opened.id)}</h3>
        <TransactionStatus state={open.state} />
        <p>{named ? words.statementNamed : words.statementLeft}</p>
        <div className={styles.row}>
          {!named && (
            <Button
              size="sm"
              look="rubric"
              busy={isBusy(name.state)}
              disabled={isBusy(name.state)}
              data-testid="name-statement"
              onClick={() => void nameStatement(opened)}
            >
              {words.nameStatement}
            </Button>
          )}
          <Button size="sm" look="quiet" onClick={props.onClose}>
            {m.state.close}
          </Button>
        </div>
        <TransactionStatus state={name.state} />
      </section>
    );
  }
  return (
    <form
      className={styles.open}
      data-testid="dispute-form"
      onSubmit={(event) => {
        event.preventDefault();
        void onOpen();
      }}
    >
      <div>
        <h3>{words.openTitle}</h3>
        <p className={styles.note}>{words.openText}</p>
      </div>
      <ClaimFields work={work} draft={draft} onChange={setDraft} />
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {bond.error && (
        <p role="alert" className={styles.problem}>
          {errorSentence(bond.error, m)}
        </p>
      )}
      <div className={styles.row}>
        <Button
          look="rubric"
          type="submit"
          busy={busy}
          disabled={busy || bond.data === undefined}
          data-testid="submit-dispute"
        >
          {bond.data === undefined ? `${words.bondLoading}…` : words.submit(format.ether(bond.data))}
        </Button>
        <Button look="quiet" onClick={props.onClose}>
          {words.cancel}
        </Button>
      </div>
      <p className={styles.note} aria-live="polite">
        {storing ? `${words.storing}…` : m.state.sentences(words.steps, words.holdText)}
      </p>
      <TransactionStatus state={open.state} />
    </form>
  );
}
