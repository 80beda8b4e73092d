/** Runs a job in a child process of its own, watched: no job can take the host's memory or hang the node. */
import { type ChildProcess, execFile, fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { JobSpec } from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import type { ChildMessage, ChildRequest } from "./child-messages.ts";
import type { JobFiles, JobResult, OnProgress } from "./job-result.ts";

/** Limits of one job: resident memory in bytes, wall time and the watchdog's interval in ms. */
export type ChildLimits = { rssBytes: number; wallMs: number; pollMs: number };

export const CHILD_LIMITS: ChildLimits = { rssBytes: 1536 * 1024 * 1024, wallMs: 120_000, pollMs: 50 };

export type RunInChildOptions = { limits?: Partial<ChildLimits>; signal?: AbortSignal; entry?: string };

/**
 * As `runJobSpec`, in a child process.
 * @param options.signal ends the job early @param options.entry another child program, for tests
 * @throws ColophonError what the job throws, or JOB_TOO_LARGE (memory), JOB_TOO_SLOW (time), JOB_CANCELED, ENGINE_DIED
 */
export async function runJobInChild(
  spec: JobSpec,
  files: JobFiles,
  onProgress?: OnProgress,
  options: RunInChildOptions = {},
): Promise<JobResult> {
  const limits = { ...CHILD_LIMITS, ...options.limits };
  if (options.signal?.aborted) throw canceled();
  const child = fork(options.entry ?? fileURLToPath(new URL("./child.ts", import.meta.url)), [], {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // Nothing of the node's environment (keys, tokens) reaches the process that handles strangers' bytes.
    env: { PATH: process.env["PATH"] },
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  return await new Promise<JobResult>((resolve, reject) => {
    let settled = false;
    let complaint = "";
    const finish = (act: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      clearInterval(watch);
      options.signal?.removeEventListener("abort", cancel);
      child.kill("SIGKILL");
      act();
    };
    const fail = (error: Error) => finish(() => reject(error));
    const cancel = () => fail(canceled());
    const timer = setTimeout(
      () =>
        fail(
          new ColophonError("JOB_TOO_SLOW", "The job took too long and was ended.", {
            data: { wallMs: limits.wallMs },
          }),
        ),
      limits.wallMs,
    );
    const watch = setInterval(() => {
      residentBytes(child).then(
        (bytes) => {
          if (bytes <= limits.rssBytes) return;
          fail(new ColophonError("JOB_TOO_LARGE", "The job took too much memory and was ended.", { data: { bytes } }));
        },
        (error: unknown) =>
          fail(new ColophonError("ENGINE_DIED", "The job's memory can't be watched.", { cause: error })),
      );
    }, limits.pollMs);
    options.signal?.addEventListener("abort", cancel, { once: true });
    child.stderr?.on("data", (text: Buffer) => {
      complaint = (complaint + text.toString()).slice(-2000);
    });
    child.on("error", (cause) => fail(new ColophonError("ENGINE_DIED", "The job's process did not start.", { cause })));
    child.on("exit", (code, signal) => {
      fail(new ColophonError("ENGINE_DIED", "The job's process ended early.", { data: { code, signal, complaint } }));
    });
    child.on("message", (message: ChildMessage) => {
      if (message.type === "progress") onProgress?.(message.fraction);
      else if (message.type === "done") finish(() => resolve(message.result));
      else fail(new ColophonError(message.error.code, message.error.message, { data: message.error.data }));
    });
    const request: ChildRequest = { spec, files };
    child.send(request, (cause) => {
      if (cause) fail(new ColophonError("ENGINE_DIED", "The job did not reach its process.", { cause }));
    });
  });
}

const canceled = (): ColophonError => new ColophonError("JOB_CANCELED", "The job was canceled.");

/** Resident memory of a child in bytes; 0 once it has ended. */
async function residentBytes(child: ChildProcess): Promise<number> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return 0;
  if (process.platform === "linux") {
    try {
      const status = await readFile(`/proc/${child.pid}/status`, "latin1");
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ESRCH") return 0;
      throw error;
    }
  }
  if (process.platform === "win32") return 0;
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(child.pid)]);
  return Number(stdout.trim()) * 1024;
}
