import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Lookalike, WorkDetail } from "../../common/api/schemas.ts";
import { PageHead } from "../app/page-head.tsx";
import { workByHash } from "../data/queries.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { useAddressName } from "../ui/address-link.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { DropZone } from "../ui/drop-zone.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { FilePreview } from "../ui/file-preview.tsx";
import { LookalikeList } from "../ui/lookalike-list.tsx";
import { PageTitle } from "../ui/page-title.tsx";
import { Seal } from "../ui/seal.tsx";
import { WorkPicture } from "../ui/work-picture.tsx";
import { askLookalikes } from "./ask-lookalikes.ts";
import { type ComparableFile, comparableFile } from "./fingerprint-file.ts";
import styles from "./verify-page.module.css";

type Result = {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  file: ComparableFile;
  registered: WorkDetail | null;
  lookalikes: Lookalike[];
};

type State =
  | { phase: "idle" | "working" | "asking" }
  | { phase: "failed"; error: unknown; file: File }
  | { phase: "done"; result: Result };

/** Is this file registered, by whom, and what does it resemble? The file never leaves the machine. */
export function VerifyPage() {
  const m = useRoomMessages();
  const [state, setState] = useState<State>({ phase: "idle" });

  async function verify(file: File) {
    setState({ phase: "working" });
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const comparable = await comparableFile(bytes);
      setState({ phase: "asking" });
      const [registered, found] = await Promise.all([
        workByHash(comparable.fingerprint.sha256),
        askLookalikes(comparable),
      ]);
      const lookalikes = found.filter(({ verdict }) => verdict !== "same-file");
      setState({ phase: "done", result: { name: file.name, bytes, file: comparable, registered, lookalikes } });
    } catch (error) {
      setState({ phase: "failed", error, file });
    }
  }

  return (
    <>
      <PageHead title={m.verify.title} description={m.verify.lead} />
      <PageTitle title={m.verify.title} lead={m.verify.lead} />
      <div aria-live="polite">
        {(state.phase === "idle" || state.phase === "failed") && (
          <>
            <DropZone
              label={m.verify.drop}
              button={m.verify.choose}
              note={m.verify.text}
              onFile={(file) => void verify(file)}
            />
            {state.phase === "failed" && <ErrorNotice error={state.error} retry={() => void verify(state.file)} />}
          </>
        )}
        {(state.phase === "working" || state.phase === "asking") && (
          <p className={styles.working}>{state.phase === "working" ? m.verify.working : m.verify.asking}…</p>
        )}
        {state.phase === "done" && <Verdict result={state.result} onAgain={() => setState({ phase: "idle" })} />}
      </div>
    </>
  );
}

function Verdict(props: { result: Result; onAgain: () => void }) {
  const m = useRoomMessages();
  const format = useFormat();
  const name = useAddressName();
  const { registered, lookalikes, bytes } = props.result;
  const { fingerprint, reach } = props.result.file;
  return (
    <div className={styles.result} data-testid="verdict" data-registered={registered !== null}>
      <div className={styles.answer}>
        <Seal fingerprint={fingerprint.iscc.body} size={132} label={m.work.seal} />
        <div>
          <h2 className={styles.headline}>{registered ? m.verify.registered : m.verify.unregistered}</h2>
          <p className={styles.text}>
            {registered
              ? m.verify.registeredText(name(registered.creator), format.date(registered.registeredAt))
              : m.verify.unregisteredText}
          </p>
          {registered && (
            <Link to="/works/$id" params={{ id: registered.id }} className={styles.work}>
              <span className={styles.thumb}>
                <WorkPicture work={registered} sizes="120px" decorative />
              </span>
              <span lang={registered.lang}>{registered.title}</span>
            </Link>
          )}
          <dl className={styles.facts}>
            <dt>{m.verify.hash}</dt>
            <dd>{fingerprint.sha256}</dd>
            <dt>{m.verify.iscc}</dt>
            <dd>{fingerprint.iscc.code}</dd>
          </dl>
          <div className={styles.actions}>
            <Button onClick={props.onAgain}>{m.verify.again}</Button>
            {!registered && (
              <Link to="/create" search={{ mode: "upload" }} className={buttonClass()}>
                {m.verify.registerIt}
              </Link>
            )}
          </div>
        </div>
      </div>
      <section>
        <h2 className={styles.heading}>{m.verify.lookalikes}</h2>
        {reach !== "compared" && (
          <p className={styles.note} data-testid="reach" data-reach={reach}>
            {m.create.reach[reach]}
          </p>
        )}
        {reach === "compared" && lookalikes.length === 0 && <p>{m.verify.noLookalikes}</p>}
        <LookalikeList
          lookalikes={lookalikes}
          ownFingerprint={fingerprint.iscc.body}
          own={<FilePreview bytes={bytes} mediaType={fingerprint.mediaType} name={props.result.name} />}
        />
      </section>
    </div>
  );
}
