import { useId } from "react";
import type { DataMiningChoice } from "../../common/data-mining.ts";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import styles from "./mining-choice.module.css";

/** From saying nothing over yes to ever more of a no. */
const ORDER: readonly DataMiningChoice[] = [
  "unspecified",
  "allowed",
  "no-generative-ai-training",
  "no-ai-training",
  "prohibited",
];

/** What the generated file will say of text and data mining: a row of words, and the sentence for the chosen one. */
export function MiningChoice(props: { choice: DataMiningChoice; onChange: (choice: DataMiningChoice) => void }) {
  const m = useRoomMessages();
  const words = m.create.mining;
  const note = useId();
  return (
    <fieldset className={styles.field} aria-describedby={note}>
      <legend>{words.legend}</legend>
      <div className={styles.row}>
        {ORDER.map((choice) => (
          <label key={choice} className={styles.choice}>
            <input
              type="radio"
              name="mining"
              value={choice}
              checked={choice === props.choice}
              data-testid={`mining-${choice}`}
              onChange={() => props.onChange(choice)}
            />
            <span>{words.choices[choice].name}</span>
          </label>
        ))}
      </div>
      <p id={note} className={styles.note} aria-live="polite">
        {props.choice === "unspecified"
          ? words.choices[props.choice].text
          : m.state.sentences(words.choices[props.choice].text, words.note)}
      </p>
    </fieldset>
  );
}
