import { Link } from "@tanstack/react-router";
import type { Account } from "../../common/api/schemas.ts";
import type { JobSpec } from "../../common/documents.ts";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { WorkPicture } from "../ui/work-picture.tsx";
import styles from "./create-page.module.css";

type Task = JobSpec["task"];

/** What to make, and for a remix from which licensed work. */
export function TaskFields(props: {
  task: Task;
  onTask: (task: Task) => void;
  /** Licenses that a remix can start from. */
  sources: Account["licenses"];
  sourceId: string | null;
  onSource: (licenseId: string) => void;
}) {
  const m = useRoomMessages();
  const { task, sources, sourceId } = props;
  return (
    <div className={styles.stack}>
      <fieldset className={styles.stack} style={{ gap: "var(--s2)" }}>
        <legend className="visually-hidden">{m.create.task}</legend>
        {(["remix-image", "generate-image"] as const).map((option) => (
          <label key={option} className={styles.task} data-chosen={option === task || undefined}>
            <input
              type="radio"
              name="task"
              value={option}
              checked={option === task}
              onChange={() => props.onTask(option)}
            />
            <strong>{m.create.tasks[option].name}</strong>
            <small>{m.create.tasks[option].text}</small>
          </label>
        ))}
      </fieldset>
      {task === "remix-image" && (
        <fieldset>
          <legend className={styles.note}>{m.create.source}</legend>
          {sources.length === 0 && (
            <p>
              {m.create.sourceEmpty}{" "}
              <Link to="/search" search={{ remixable: true }}>
                {m.create.sourceFind}
              </Link>
            </p>
          )}
          <div className={styles.sources}>
            {sources.map((license) => (
              <label key={license.id} className={styles.source} data-chosen={license.id === sourceId || undefined}>
                <WorkPicture work={license.work} sizes="160px" decorative />
                <span>
                  <input
                    type="radio"
                    name="source"
                    value={license.id}
                    checked={license.id === sourceId}
                    onChange={() => props.onSource(license.id)}
                  />
                  <span lang={license.work.lang}>{license.work.title}</span>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
    </div>
  );
}
