import { useEffect, useId, useRef, useState } from "react";
import styles from "./drop-zone.module.css";

/** Takes one file, dropped or chosen. The input itself is the control, so keyboard and screen reader need nothing special. */
export function DropZone(props: {
  label: string;
  button: string;
  note?: string;
  disabled?: boolean;
  onFile: (file: File) => void;
}) {
  const id = useId();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { onFile } = props;

  useEffect(() => {
    // A file that was chosen before this page could hear it.
    const early = input.current?.files?.[0];
    if (!early || !input.current) return;
    input.current.value = "";
    onFile(early);
  }, [onFile]);

  return (
    <div
      className={styles.zone}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file && !props.disabled) props.onFile(file);
      }}
    >
      <p className={styles.label}>{props.label}</p>
      <label htmlFor={id} className={styles.button}>
        {props.button}
      </label>
      <input
        id={id}
        ref={input}
        type="file"
        className={styles.input}
        disabled={props.disabled}
        data-testid="upload-input"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) props.onFile(file);
        }}
      />
      {props.note && <p className={styles.note}>{props.note}</p>}
    </div>
  );
}
