import type { JobSpec } from "../../common/documents.ts";
import type { Marks } from "../../storage/marking/index.ts";
import { ENGINE_NAME, ENGINE_VERSION } from "./engine-pin.ts";

/**
 * What an output says of itself: how and by what it was made, what its requester chose, and the code by which it is found again.
 * @param iscc content unit of the picture, where it has one
 */
export function marksOf(job: JobSpec, iscc: string | undefined): Marks {
  return {
    // A remix is of its input's maker and of the model; a sheet is the model's alone.
    sourceType: job.task === "remix-image" ? "compositeWithTrainedAlgorithmicMedia" : "trainedAlgorithmicMedia",
    dataMining: job.marks?.dataMining ?? "unspecified",
    ...(job.marks?.license ? { license: job.marks.license } : {}),
    tool: `${ENGINE_NAME} ${ENGINE_VERSION}`,
    model: `sha256:${job.model.sha256.slice(2)}`,
    ...(iscc ? { iscc } : {}),
  };
}
