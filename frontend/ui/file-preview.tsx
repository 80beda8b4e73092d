import { useEffect, useState } from "react";
import styles from "./file-preview.module.css";

const SHOWN_CHARACTERS = 700;

/** What a chosen file looks like, from its own bytes: picture, first lines, or a player. */
export function FilePreview(props: { bytes: Uint8Array; mediaType: string; name: string }) {
  const { bytes, mediaType } = props;
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mediaType }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, mediaType]);

  if (mediaType.startsWith("text/")) {
    return (
      <p className={styles.text}>
        {new TextDecoder().decode(bytes.subarray(0, SHOWN_CHARACTERS * 3)).slice(0, SHOWN_CHARACTERS)}
      </p>
    );
  }
  if (!url) return <div className={styles.place} />;
  if (mediaType.startsWith("image/")) return <img className={styles.image} src={url} alt={props.name} />;
  if (mediaType === "audio/wav") return <audio controls src={url} className={styles.audio} aria-label={props.name} />;
  return <p className={styles.name}>{props.name}</p>;
}
