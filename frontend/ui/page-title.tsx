import type { ReactNode } from "react";
import styles from "./page-title.module.css";

/** Heading of a page with the one line that says what the page is for. */
export function PageTitle(props: { title: string; lead?: string; children?: ReactNode }) {
  return (
    <header className={styles.header}>
      <div>
        <h1 className={styles.title}>{props.title}</h1>
        {props.lead && <p className={styles.lead}>{props.lead}</p>}
      </div>
      {props.children && <div className={styles.side}>{props.children}</div>}
    </header>
  );
}
