import type { ReactNode } from "react";
import styles from "./scroll-region.module.css";

/** Room for something wider than the page. It takes the focus, so that a keyboard can scroll it. */
export function ScrollRegion(props: { label: string; children: ReactNode; tall?: boolean }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: scrolling needs the focus
    <section className={styles.region} data-tall={props.tall || undefined} aria-label={props.label} tabIndex={0}>
      {props.children}
    </section>
  );
}
