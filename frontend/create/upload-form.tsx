import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Lookalike } from "../../common/api/schemas.ts";
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { isBusy, useTransaction } from "../chain/use-transaction.ts";
import { writeErrorSentence } from "../chain/write-error-sentence.ts";
import { useConfig } from "../data/boot.tsx";
import { useFormat, useLocale, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { DropZone } from "../ui/drop-zone.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { errorSentence } from "../ui/error-sentence.ts";
import { FilePreview } from "../ui/file-preview.tsx";
import { LookalikeList } from "../ui/lookalike-list.tsx";
import { Seal } from "../ui/seal.tsx";
import { askLookalikes } from "../verify/ask-lookalikes.ts";
import { type ComparableFile, comparableFile } from "../verify/fingerprint-file.ts";
import styles from "./create-page.module.css";
import { DraftFields } from "./draft-fields.tsx";
import { prepareWork, type PublishStep } from "./publish-work.ts";
import { draftProblem, type WorkDraft } from "./work-draft.ts";
import { initialTerms, type TermsDraft, termsArguments, termsProblem } from "./terms-draft.ts";
import { TermsEditor } from "./terms-editor.tsx";

type Chosen = {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  file: ComparableFile;
  lookalikes: Lookalike[];
};

type State =
  | { phase: "empty" | "fingerprinting" | "comparing" }
  | { phase: "failed"; error: unknown; file: File }
  | { phase: "chosen"; chosen: Chosen; compared: boolean };

/** Brings a file: fingerprint here, comparison with the register, then words and terms. */
export function UploadForm() {
  const m = useRoomMessages();
  const format = useFormat();
  const [state, setState] = useState<State>({ phase: "empty" });

  async function take(file: File) {
    setState({ phase: "fingerprinting" });
    try {
      if (file.size > LIMITS.uploadBytes) throw new ColophonError("FILE_TOO_LARGE", "The file is too large.");
      const bytes = new Uint8Array(await file.arrayBuffer());
      const comparable = await comparableFile(bytes);
      setState({ phase: "comparing" });
      const lookalikes = await askLookalikes(comparable);
      const chosen = { name: file.name, bytes, file: comparable, lookalikes };
      setState({ phase: "chosen", chosen, compared: lookalikes.length === 0 });
    } catch (error) {
      setState({ phase: "failed", error, file });
    }
  }

  if (state.phase !== "chosen") {
    const working = state.phase === "fingerprinting" || state.phase === "comparing";
    return (
      <div aria-live="polite">
        <DropZone
          label={
            working ? `${state.phase === "comparing" ? m.create.comparing : m.create.fingerprinting}…` : m.create.drop
          }
          button={m.create.choose}
          note={m.create.accepted(format.bytes(LIMITS.uploadBytes))}
          disabled={working}
          onFile={(file) => void take(file)}
        />
        {state.phase === "failed" && <ErrorNotice error={state.error} retry={() => void take(state.file)} />}
      </div>
    );
  }

  const { chosen, compared } = state;
  const { bytes, name, lookalikes } = chosen;
  const { fingerprint, reach } = chosen.file;
  const same = lookalikes.find(({ verdict }) => verdict === "same-file");
  const again = () => setState({ phase: "empty" });
  const preview = <FilePreview bytes={bytes} mediaType={fingerprint.mediaType} name={name} />;
  if (same || !compared) {
    return (
      <section className={styles.warning} data-testid="lookalike-warning" role="alert">
        <h2>{same ? m.create.sameFileTitle : m.create.lookalikeTitle}</h2>
        <p>{same ? m.create.sameFileText : m.create.lookalikeText}</p>
        <LookalikeList lookalikes={same ? [same] : lookalikes} own={preview} ownFingerprint={fingerprint.iscc.body} />
        <div className={styles.actions}>
          {same ? (
            <Link to="/works/$id" params={{ id: same.work.id }} className={buttonClass()}>
              {m.create.see}
            </Link>
          ) : (
            <Button data-testid="compared" onClick={() => setState({ ...state, compared: true })}>
              {m.create.goOn}
            </Button>
          )}
          <Button look="quiet" onClick={again}>
            {m.create.another}
          </Button>
        </div>
      </section>
    );
  }
  return (
    <div className={styles.form}>
      <div className={styles.own}>
        <div className={styles.frame}>{preview}</div>
        <p className={styles.fact}>
          <Seal fingerprint={fingerprint.iscc.body} size={44} label={m.work.seal} />
          <span>
            {m.kinds[fingerprint.kind]}, {format.bytes(fingerprint.bytes)}
            <br />
            {reach === "compared" && lookalikes.length === 0 && m.create.noLookalikes}
          </span>
        </p>
        {reach !== "compared" && (
          <p className={styles.note} data-testid="reach" data-reach={reach}>
            {m.create.reach[reach]}
          </p>
        )}
        <Button size="sm" onClick={again}>
          {m.create.another}
        </Button>
      </div>
      <PublishForm chosen={chosen} />
    </div>
  );
}

function PublishForm(props: { chosen: Chosen }) {
  const { chosen } = props;
  const m = useRoomMessages();
  const locale = useLocale();
  const config = useConfig();
  const [draft, setDraft] = useState<WorkDraft>({
    title: chosen.name.replace(/\.[a-z0-9]+$/i, "").replaceAll(/[_-]+/g, " "),
    description: "",
    lang: locale,
    tags: [],
    aiGenerated: false,
  });
  const [tagText, setTagText] = useState("");
  const [terms, setTerms] = useState<TermsDraft>(initialTerms("remix"));
  const [problem, setProblem] = useState<string | null>(null);
  const [step, setStep] = useState<PublishStep | null>(null);
  const [workId, setWorkId] = useState<string | null>(null);
  const publish = useTransaction("publish");
  const busy = step !== null || isBusy(publish.state);

  async function onPublish() {
    const found = draftProblem(draft, m) ?? termsProblem(terms, m);
    setProblem(found);
    if (found) return;
    try {
      const work = await prepareWork({ bytes: chosen.bytes, draft }, config, m, setStep);
      setStep(null);
      if (!work) return;
      const { terms: termsOf, offer } = termsArguments(terms);
      const receipt = await publish.send({
        contract: "LicenseToken",
        functionName: "publish",
        args: [work, termsOf, offer],
      });
      if (!receipt) return;
      const { registeredWork } = await import("../chain/receipt-events.ts");
      setWorkId(registeredWork(receipt, config.deployment.contracts.WorkRegistry));
    } catch (error) {
      setStep(null);
      setProblem(
        error instanceof ColophonError
          ? error.code === "REFUSED"
            ? m.wallet.signInRefused
            : writeErrorSentence(error, m)
          : errorSentence(error, m),
      );
    }
  }

  if (workId) {
    return (
      <section className={styles.done} data-testid="published" data-work-id={workId}>
        <h2>{m.create.published(draft.title)}</h2>
        {publish.state.phase === "indexed" && (
          <Link to="/works/$id" params={{ id: workId }} className={buttonClass("rubric")}>
            {m.create.see}
          </Link>
        )}
        <TransactionStatus state={publish.state} />
      </section>
    );
  }
  const steps: Record<PublishStep, string> = {
    "signing-in": m.wallet.signingIn,
    fingerprinting: m.create.fingerprinting,
    uploading: m.create.uploading,
  };
  return (
    <form
      className={styles.stack}
      onSubmit={(event) => {
        event.preventDefault();
        void onPublish();
      }}
    >
      <DraftFields
        draft={draft}
        tagText={tagText}
        onChange={(next, text) => {
          setDraft(next);
          setTagText(text);
        }}
      />
      <h2>{m.create.termsTitle}</h2>
      <TermsEditor draft={terms} onChange={setTerms} />
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <div className={styles.actions}>
        <Button look="rubric" type="submit" busy={busy} disabled={busy} data-testid="publish">
          {m.create.publish}
        </Button>
        <span className={styles.note} aria-live="polite">
          {step ? `${steps[step]}…` : m.create.publishText}
        </span>
      </div>
      <TransactionStatus state={publish.state} />
    </form>
  );
}
