import styles from "./file-preview.module.css";
import { useBytesSource } from "./use-bytes-source.ts";

const SHOWN_CHARACTERS = 700;

/** What a chosen file looks like, from its own bytes: picture, first lines, or a player. */
export function FilePreview(props: { bytes: Uint8Array<ArrayBuffer>; mediaType: string; name: string }) {
  const { bytes, mediaType } = props;
  const source = useBytesSource(bytes, mediaType);
  if (mediaType.startsWith("text/")) {
    const start = new TextDecoder().decode(bytes.subarray(0, SHOWN_CHARACTERS * 3));
    return <p className={styles.text}>{start.slice(0, SHOWN_CHARACTERS)}</p>;
  }
  if (mediaType.startsWith("image/")) return <img className={styles.image} ref={source} alt={props.name} />;
  if (mediaType.startsWith("audio/") && mediaType !== "audio/midi") {
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- music has no words to caption
    return <audio controls ref={source} className={styles.audio} aria-label={props.name} />;
  }
  return <p className={styles.name}>{props.name}</p>;
}
