/** How far a file could be compared with the register, as the page says it. */
import { type Fingerprint, type MatchFeatures, unsearchable } from "../../fingerprint/index.ts";

/**
 * `compared`: by what it shows, says or sounds like. Else only the same bytes were looked for: `too-plain` holds too
 * little, `unreadable-here` needs a program that a browser has not, `unlisted` is of a kind that is not compared.
 */
export type ComparisonReach = "compared" | "too-plain" | "unreadable-here" | "unlisted";

/** @param features what this page could take of the file, or null */
export function comparisonReach(
  { kind, mediaType, content256 }: Pick<Fingerprint, "kind" | "mediaType" | "content256">,
  features: MatchFeatures | null,
): ComparisonReach {
  if (features) return unsearchable(features) === null ? "compared" : "too-plain";
  const moves = kind === "video" || (kind === "music" && mediaType !== "audio/midi");
  return moves && content256 === null ? "unreadable-here" : "unlisted";
}
