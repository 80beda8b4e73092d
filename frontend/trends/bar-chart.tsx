import type { ReactNode } from "react";
import styles from "./chart.module.css";

/** Horizontal bars with their names beside them; the frame around it carries the table. */
export function BarChart(props: {
  bars: { key: string; name: ReactNode; value: number; label: string }[];
  color?: string;
}) {
  const top = Math.max(...props.bars.map((bar) => bar.value), 0) || 1;
  return (
    <div className={styles.bars}>
      {props.bars.map((bar) => (
        <div key={bar.key} className={styles.bar}>
          <span className={styles.name}>{bar.name}</span>
          <span className={styles.track} aria-hidden="true">
            <span style={{ width: `${(100 * bar.value) / top}%`, background: props.color ?? "var(--chart-1)" }} />
          </span>
          <span className={styles.label}>{bar.label}</span>
        </div>
      ))}
    </div>
  );
}
