/** Worker thread: prepares works one after another, as ordered by `Workshop`. */
import { parentPort, workerData } from "node:worker_threads";
import sharp from "sharp";
import { ColophonError } from "../../common/errors.ts";
import { StoreClient } from "../../storage/client.ts";
import { CATALOG } from "./catalog/index.ts";
import { prepareWork } from "./prepare-work.ts";
import type { WorkerAnswer, WorkerSetup, WorkOrder } from "./prepared-work.ts";

const setup = workerData as WorkerSetup;
const store = new StoreClient({ url: setup.storeUrl, token: setup.storeToken });
// There is one worker per core already.
sharp.concurrency(1);
sharp.cache(false);

parentPort?.on("message", (order: WorkOrder) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  void answer(order).then((message) => parentPort?.postMessage(message));
});

async function answer({ key, source }: WorkOrder): Promise<WorkerAnswer> {
  try {
    const work = CATALOG.find((each) => each.key === key);
    if (!work) throw new ColophonError("SEED_UNKNOWN_WORK", `There is no work "${key}" in the plan.`);
    return { key, prepared: await prepareWork(work, source, store) };
  } catch (error) {
    const code = error instanceof ColophonError ? error.code : "SEED_FAILED";
    return { key, error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}
