/** What a job may ask for, refused before any work is done. */
import type { JobSpec } from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import { sheetSide } from "../tasks/generate-image.ts";

/** Longest side of an output in pixels. */
export const OUTPUT_SIDE = 4096;

/**
 * Checks what a specification's schema can't: that the output is of a reasonable size and the input fits the task.
 * @throws ColophonError BAD_SPEC
 */
export function checkJobSpec(spec: JobSpec): void {
  const { tiles, tilePixels } = spec.params;
  const side = spec.task === "generate-image" ? sheetSide(tiles, tilePixels) : (tiles * 1.4 + 4) * tilePixels;
  if (side > OUTPUT_SIDE) {
    throw new ColophonError("BAD_SPEC", "The output would be too large: fewer tiles or fewer pixels per tile.", {
      data: { side, limit: OUTPUT_SIDE },
    });
  }
  if (spec.task === "remix-image" && !spec.input) {
    throw new ColophonError("BAD_SPEC", "A remix names the licensed work that it starts from.");
  }
  if (spec.task === "generate-image" && spec.input) {
    throw new ColophonError("BAD_SPEC", "A generated sheet takes no input.");
  }
}
