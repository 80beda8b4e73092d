import { LIMITS } from "../../common/limits.ts";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { Field } from "../ui/field.tsx";
import styles from "./create-page.module.css";
import { parseTags, type WorkDraft } from "./work-draft.ts";

/** Title, description, tags, language, and whether a machine took part. */
export function DraftFields(props: {
  draft: WorkDraft;
  tagText: string;
  onChange: (draft: WorkDraft, tagText: string) => void;
  /** The machine's part is known and not for choosing. */
  aiFixed?: boolean;
}) {
  const m = useRoomMessages();
  const { draft, tagText, onChange } = props;
  const set = (change: Partial<WorkDraft>) => onChange({ ...draft, ...change }, tagText);
  return (
    <div className={styles.fields}>
      <Field label={m.create.workTitle}>
        {(id) => (
          <input
            id={id}
            required
            maxLength={LIMITS.titleChars}
            value={draft.title}
            data-testid="title"
            onChange={(event) => set({ title: event.target.value })}
          />
        )}
      </Field>
      <Field label={m.create.description} hint={m.create.descriptionHint}>
        {(id, hint) => (
          <textarea
            id={id}
            aria-describedby={hint}
            maxLength={LIMITS.descriptionChars}
            value={draft.description}
            onChange={(event) => set({ description: event.target.value })}
          />
        )}
      </Field>
      <div className={styles.two}>
        <Field label={m.create.tags} hint={m.create.tagsHint}>
          {(id, hint) => (
            <input
              id={id}
              aria-describedby={hint}
              value={tagText}
              data-testid="tags"
              onChange={(event) => onChange({ ...draft, tags: parseTags(event.target.value) }, event.target.value)}
            />
          )}
        </Field>
        <Field label={m.create.language}>
          {(id) => (
            <select id={id} value={draft.lang} onChange={(event) => set({ lang: event.target.value })}>
              <option value="en">{m.create.languages.en}</option>
              <option value="zh">{m.create.languages.zh}</option>
            </select>
          )}
        </Field>
      </div>
      {!props.aiFixed && (
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={draft.aiGenerated}
            onChange={(event) => set({ aiGenerated: event.target.checked })}
          />
          {m.create.ai}
        </label>
      )}
    </div>
  );
}
