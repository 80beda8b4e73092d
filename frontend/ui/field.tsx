import { type ReactNode, useId } from "react";
import styles from "./field.module.css";

/** A labelled form field with an optional hint. `children` gets the id its control must carry. */
export function Field(props: {
  label: string;
  hint?: string | undefined;
  children: (id: string, hintId: string) => ReactNode;
}) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{props.label}</label>
      {props.children(id, hintId)}
      {props.hint && (
        <p id={hintId} className={styles.hint}>
          {props.hint}
        </p>
      )}
    </div>
  );
}
