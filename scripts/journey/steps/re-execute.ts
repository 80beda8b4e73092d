import { sha256Hex } from "../../../common/digest.ts";
import { ColophonError } from "../../../common/errors.ts";
import { LIMITS } from "../../../common/limits.ts";
import { runJobInChild } from "../../../gen-node/engine/index.ts";
import type { Journey } from "../journey.ts";
import { type DeliveredJob, readOutput } from "./await-output.ts";
import type { PostedJob } from "./post-job.ts";

/**
 * Runs the job's specification again in a process of our own, from the stored model and input, and compares every
 * byte with what the node delivered. Throws `REEXECUTION_DIFFERS`.
 */
export async function reExecute(journey: Journey, job: PostedJob, delivered: DeliveredJob): Promise<boolean> {
  const { model, input } = job.spec;
  const files = {
    model: await readChecked(journey, model),
    ...(input ? { input: await readChecked(journey, input) } : {}),
  };
  const output = await readOutput(journey, delivered.outputCid);
  const { png } = await runJobInChild(job.spec, files);
  if (Buffer.compare(png, output) === 0) return true;
  throw new ColophonError("REEXECUTION_DIFFERS", "Running the job again gave other bytes than the node delivered.", {
    data: { jobId: job.id, delivered: delivered.outputSha256, own: sha256Hex(png) },
  });
}

async function readChecked({ store }: Journey, { cid, sha256 }: { cid: string; sha256: string }): Promise<Uint8Array> {
  const bytes = await store.get(cid, { maxBytes: LIMITS.uploadBytes });
  if (sha256Hex(bytes) === sha256) return bytes;
  throw new ColophonError("FILE_DIFFERS", `The stored file ${cid} is not the one that the job names.`);
}
