/** Which works carry too little to be told from others, and why, in a sentence for people. */
import { informativeBlocks } from "./image-agreement.ts";
import { AUDIO_SAME, MIN_INFORMATIVE_BLOCKS, TEXT_SAME } from "./judge.ts";
import type { MatchFeatures } from "./match-features.ts";

/** Values that a sound needs to hold as many pieces as a match takes: about ten seconds. */
const MIN_AUDIO_VALUES = 32 + (AUDIO_SAME.found - 1) * 16;

/** Different values below which a sound is silence or one tone. */
const MIN_DIFFERENT_VALUES = 16;

/** Different passages below which two texts can agree by one common phrase. */
const MIN_PASSAGES = 64;

/** Why look-alikes of a work cannot be searched for, or null when they can. */
export function unsearchable(features: MatchFeatures): string | null {
  if (features.kind === "image") {
    return features.views.every((view) => informativeBlocks(view) < MIN_INFORMATIVE_BLOCKS)
      ? "The picture is too plain for a reliable comparison: at thumbnail size it is one even ground."
      : null;
  }
  if (features.kind === "text") {
    return features.passages < Math.max(MIN_PASSAGES, TEXT_SAME.shared)
      ? `The text is too short for a reliable comparison: it has ${features.passages} different passages of 13 letters, at least ${MIN_PASSAGES} are needed.`
      : null;
  }
  if (features.values.length < MIN_AUDIO_VALUES) {
    return "The sound is too short for a reliable comparison: at least ten seconds are needed.";
  }
  return new Set(features.values).size < MIN_DIFFERENT_VALUES
    ? "The sound is too plain for a reliable comparison: it hardly changes."
    : null;
}
