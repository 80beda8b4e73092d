import { type ReactNode, useId } from "react";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { ScrollRegion } from "../ui/scroll-region.tsx";
import styles from "./chart-frame.module.css";

export type Column<Row> = { head: string; renderCell: (row: Row) => ReactNode; number?: boolean };

/** A figure with its heading, its drawing, and the same figures as a table. */
export function ChartFrame<Row>(props: {
  title: string;
  note?: string;
  children: ReactNode;
  rows: readonly Row[];
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
}) {
  const m = useRoomMessages();
  const id = useId();
  return (
    <figure className={styles.figure} aria-labelledby={id}>
      <figcaption>
        <h2 id={id} className={styles.title}>
          {props.title}
        </h2>
        {props.note && <p className={styles.note}>{props.note}</p>}
      </figcaption>
      {props.rows.length === 0 ? <p className={styles.note}>{m.trends.empty}</p> : props.children}
      {props.rows.length > 0 && (
        <details className={styles.twin}>
          <summary aria-label={m.trends.asTable(props.title)}>{m.trends.table}</summary>
          <ScrollRegion label={m.trends.asTable(props.title)} tall>
            <DataTable rows={props.rows} columns={props.columns} rowKey={props.rowKey} />
          </ScrollRegion>
        </details>
      )}
    </figure>
  );
}

/** A plain table of figures. */
export function DataTable<Row>(props: {
  rows: readonly Row[];
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  caption?: string;
}) {
  return (
    <table className={styles.table}>
      {props.caption && <caption className="visually-hidden">{props.caption}</caption>}
      <thead>
        <tr>
          {props.columns.map((column) => (
            <th key={column.head} scope="col" data-number={column.number || undefined}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr key={props.rowKey(row)}>
            {props.columns.map((column) => (
              <td key={column.head} data-number={column.number || undefined}>
                {column.renderCell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
