import type { Lookalike } from "../../common/api/schemas.ts";

/**
 * The verdict that people read. Close codes alone do not make a work "very likely the same": until both files were
 * compared it is one to look at.
 */
export function shownVerdict({ verdict, verified }: Pick<Lookalike, "verdict" | "verified">): Lookalike["verdict"] {
  return verdict === "very-likely-same" && !verified ? "looks-similar" : verdict;
}
