import { FLAGS } from "../chain/term-flags.ts";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { Field } from "../ui/field.tsx";
import { LicenseSentence } from "../ui/license-sentence.tsx";
import { PRESET_SHARES, type PresetName, type TermsDraft, termsArguments } from "./terms-draft.ts";
import styles from "./terms-editor.module.css";

const PRESETS: readonly PresetName[] = ["personal", "commercial", "remix", "training"];

/** Chooses terms by preset, share, price and supply, and shows the sentence that buyers will read. */
export function TermsEditor(props: {
  draft: TermsDraft;
  onChange: (draft: TermsDraft) => void;
  /** Presets to choose from; default: all. */
  presets?: readonly PresetName[];
}) {
  const { draft, onChange } = props;
  const m = useRoomMessages();
  const { terms, offer } = termsArguments(draft);
  const set = (change: Partial<TermsDraft>) => onChange({ ...draft, ...change });
  return (
    <div className={styles.editor}>
      <fieldset className={styles.presets}>
        <legend>{m.create.preset}</legend>
        {(props.presets ?? PRESETS).map((preset) => (
          <label key={preset} className={styles.preset} data-chosen={preset === draft.preset || undefined}>
            <input
              type="radio"
              name="terms-preset"
              value={preset}
              checked={preset === draft.preset}
              onChange={() => set({ preset, share: PRESET_SHARES[preset] })}
            />
            <strong>{m.license.presets[preset].name}</strong>
            <small>{m.license.presets[preset].text}</small>
          </label>
        ))}
      </fieldset>
      <div className={styles.numbers}>
        <Field label={m.create.price}>
          {(id) => (
            <input
              id={id}
              inputMode="decimal"
              value={draft.price}
              data-testid="price"
              onChange={(event) => set({ price: event.target.value })}
            />
          )}
        </Field>
        {(terms.flags & FLAGS.derivatives) !== 0 && (
          <Field label={m.create.share}>
            {(id) => (
              <input
                id={id}
                inputMode="decimal"
                value={draft.share}
                data-testid="share"
                onChange={(event) => set({ share: event.target.value })}
              />
            )}
          </Field>
        )}
        <Field label={m.create.supply}>
          {(id) => (
            <input
              id={id}
              inputMode="numeric"
              value={draft.supply}
              onChange={(event) => set({ supply: event.target.value })}
            />
          )}
        </Field>
      </div>
      <div className={styles.sentence}>
        <p className={styles.hint}>{m.create.sentenceTitle}</p>
        <LicenseSentence terms={terms} price={offer.price} />
      </div>
    </div>
  );
}
