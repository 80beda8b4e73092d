/** The edits that a copy of a text goes through, each with its parameters. */
import type { Prng } from "../../../common/prng.ts";

/** Parameters of each edit, as reported. */
export const TEXT_EDITS = {
  words5: { wordsReplaced: 0.05 },
  words20: { wordsReplaced: 0.2 },
  excerpt50: { kept: 0.5, place: "random" },
  excerpt20: { kept: 0.2, place: "random" },
  reflow: { lineLength: 60, case: "upper", punctuation: "removed" },
} as const;

export type TextEdit = keyof typeof TEXT_EDITS;

/**
 * The edited text. Replaced words are drawn from the text itself, so that the copy's vocabulary gives nothing away.
 */
export function editedText(text: string, edit: TextEdit, prng: Prng): string {
  switch (edit) {
    case "words5":
    case "words20":
      return wordsReplaced(text, TEXT_EDITS[edit].wordsReplaced, prng);
    case "excerpt50":
    case "excerpt20": {
      const length = Math.round(text.length * TEXT_EDITS[edit].kept);
      const from = prng.below(text.length - length + 1);
      return text.slice(from, from + length);
    }
    case "reflow": {
      const words = text
        .toUpperCase()
        .replace(/\p{P}+/gu, "")
        .split(/\s+/u);
      const lines = [""];
      for (const word of words) {
        if (lines.at(-1)!.length + word.length > TEXT_EDITS.reflow.lineLength) lines.push("");
        lines.push(`${lines.pop()!}${word} `);
      }
      return lines.join("\n");
    }
  }
}

function wordsReplaced(text: string, share: number, prng: Prng): string {
  const parts = text.split(/(\s+)/u);
  const places = parts.flatMap((part, i) => (/\S/u.test(part) ? [i] : []));
  const replaced = prng.shuffle(places).slice(0, Math.round(places.length * share));
  const words = places.map((i) => parts[i]!);
  for (const i of replaced) parts[i] = prng.pick(words);
  return parts.join("");
}
