import { type ReactNode, useId } from "react";
import styles from "./work-page.module.css";

/** A part of the work page with its heading. */
export function WorkSection(props: { title: string; lead?: string | undefined; children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header className={styles.heading}>
        <h2 id={id}>{props.title}</h2>
        {props.lead && <p>{props.lead}</p>}
      </header>
      {props.children}
    </section>
  );
}
