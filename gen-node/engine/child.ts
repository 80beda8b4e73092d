/** Entry of the child process that runs jobs, one after the other: progress and one outcome for each request. */
import { ColophonError } from "../../common/errors.ts";
import type { ChildMessage, ChildRequest } from "./child-messages.ts";
import { runJobSpec } from "./run-job-spec.ts";

const send = (message: ChildMessage): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });

async function answer({ spec, files }: ChildRequest): Promise<void> {
  try {
    const result = await runJobSpec(spec, files, (fraction) => {
      void send({ type: "progress", fraction });
    });
    await send({ type: "done", result });
  } catch (error) {
    const { code, message, data } =
      error instanceof ColophonError ? error : { code: "ENGINE_FAILED", message: String(error), data: {} };
    await send({ type: "failed", error: { code, message, data } });
  }
}

// A parent that is gone needs no result.
process.once("disconnect", () => process.exit(0));

process.on("message", (request: ChildRequest) => {
  void answer(request);
});
