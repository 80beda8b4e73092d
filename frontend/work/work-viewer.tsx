import { Maximize2 } from "lucide-react";
import { useState } from "react";
import type { WorkDetail } from "../../common/api/schemas.ts";
import { useConfig } from "../data/boot.tsx";
import { fileUrl } from "../data/file-url.ts";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button } from "../ui/button.tsx";
import { errorSentence } from "../ui/error-sentence.ts";
import { pictureRatio, WorkPicture } from "../ui/work-picture.tsx";
import { fetchVerified } from "./fetch-verified.ts";
import styles from "./work-viewer.module.css";

/** Longest text that is shown whole on the page, bytes; longer ones are offered as a file. */
const SHOWN_TEXT = 400_000;

/** The work itself: picture, sound with its cover, or typeset text. */
export function WorkViewer(props: { work: WorkDetail }) {
  const { work } = props;
  const m = useRoomMessages();
  const { gatewayUrl } = useConfig();
  const file = work.metadata?.file;
  const sound =
    work.kind === "music" ? (work.metadata?.preview ?? (file?.mediaType !== "audio/midi" ? file : null)) : null;

  if (work.kind === "text") return <TextViewer work={work} />;
  return (
    <figure className={styles.figure} aria-label={m.work.viewer}>
      <div className={styles.mat} style={{ "--ratio": pictureRatio(work) } as React.CSSProperties}>
        <div className={styles.picture}>
          <WorkPicture work={work} sizes="(max-width: 980px) 86vw, 900px" priority="first" />
        </div>
        {file && work.kind === "image" && (
          <a className={styles.zoom} href={fileUrl(gatewayUrl, file.cid)} target="_blank" rel="noreferrer">
            <Maximize2 size={15} aria-hidden="true" />
            {m.work.zoom}
          </a>
        )}
      </div>
      {sound && <Sound url={fileUrl(gatewayUrl, sound.cid)} />}
    </figure>
  );
}

function Sound(props: { url: string }) {
  // oxlint-disable-next-line jsx-a11y/media-has-caption -- music has no words to caption
  return <audio className={styles.audio} controls preload="none" src={props.url} />;
}

function TextViewer(props: { work: WorkDetail }) {
  const { work } = props;
  const m = useRoomMessages();
  const { gatewayUrl } = useConfig();
  const [text, setText] = useState<string | null>(null);
  const [loading, setLoading] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const file = work.metadata?.file;

  async function load() {
    if (!file) return;
    setLoading(true);
    setProblem(null);
    try {
      const { bytes } = await fetchVerified(fileUrl(gatewayUrl, file.cid), work.contentHash);
      setText(new TextDecoder().decode(bytes));
    } catch (error) {
      setProblem(errorSentence(error, m));
    } finally {
      setLoading(false);
    }
  }

  return (
    <figure className={styles.sheet} aria-label={m.work.viewer}>
      <div className={styles.text} lang={work.lang} data-whole={text !== null || undefined}>
        {text ?? work.excerpt}
      </div>
      {text === null && file && (
        <div className={styles.sheetActions}>
          {file.bytes <= SHOWN_TEXT ? (
            <Button size="sm" busy={loading} onClick={() => void load()}>
              {loading ? m.work.textLoading : m.work.readAll}
            </Button>
          ) : (
            <a href={fileUrl(gatewayUrl, file.cid)} target="_blank" rel="noreferrer">
              {m.work.download}
            </a>
          )}
        </div>
      )}
      {problem && <p role="alert">{problem}</p>}
    </figure>
  );
}
