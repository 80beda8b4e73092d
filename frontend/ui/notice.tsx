import type { ReactNode } from "react";
import styles from "./notice.module.css";

/** A quiet place where something could be: says what is missing and what to do next. */
export function Notice(props: { title: string; text?: string; action?: ReactNode; level?: 1 | 2 | 3; role?: "alert" }) {
  const Heading = `h${props.level ?? 2}` as const;
  return (
    <div className={styles.notice} role={props.role}>
      <Heading className={styles.title}>{props.title}</Heading>
      {props.text && <p>{props.text}</p>}
      {props.action && <div className={styles.action}>{props.action}</div>}
    </div>
  );
}
