import path from "node:path";
import { LIMITS } from "../../common/limits.ts";

/** The file's name without folder and extension, with `_` and `-` as spaces, as a title. */
export function titleOf(file: string): string {
  const name = path.basename(file, path.extname(file)).replaceAll(/[_-]+/g, " ").trim();
  return clipTitle(name || "Untitled");
}

/** At most `LIMITS.titleChars` UTF-16 units, never half a character. */
export function clipTitle(title: string): string {
  return title.slice(0, LIMITS.titleChars).replace(/[\uD800-\uDBFF]$/, "");
}
