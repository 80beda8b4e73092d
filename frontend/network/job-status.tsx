import type { Job } from "../../common/api/schemas.ts";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import styles from "./job-status.module.css";

/** State of a job as a word with a mark. */
export function JobStatus(props: { status: Job["status"] }) {
  const m = useRoomMessages();
  return (
    <span className={styles.status} data-status={props.status}>
      {m.job.statuses[props.status]}
    </span>
  );
}
