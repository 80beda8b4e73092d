/** Entry of the child process that runs one job: takes one request message, answers with progress and one outcome. */
import { ColophonError } from "../../common/errors.ts";
import type { ChildMessage, ChildRequest } from "./child-messages.ts";
import { runJobSpec } from "./run-job-spec.ts";

const send = (message: ChildMessage): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });

// A parent that is gone needs no result.
process.once("disconnect", () => process.exit(0));

process.once("message", async (request: ChildRequest) => {
  try {
    const result = await runJobSpec(request.spec, request.files, (fraction) => {
      void send({ type: "progress", fraction });
    });
    await send({ type: "done", result });
  } catch (error) {
    const { code, message, data } =
      error instanceof ColophonError ? error : { code: "ENGINE_FAILED", message: String(error), data: {} };
    await send({ type: "failed", error: { code, message, data } });
  }
  process.disconnect();
});
