import { spawn } from "node:child_process";
import path from "node:path";

const HARDHAT = path.join(import.meta.dirname, "../../node_modules/hardhat/dist/src/cli.js");

export type HardhatRun = { code: number; output: string; timedOut: boolean };

/**
 * Runs a Hardhat command in a folder and waits for it.
 * @param options.timeoutMs the run is killed after this, with everything it started
 * @param options.onLine called with each line as it comes, for progress
 */
export async function runHardhat(
  args: string[],
  options: { folder: string; timeoutMs: number; env?: Record<string, string>; onLine?: (line: string) => void },
): Promise<HardhatRun> {
  const child = spawn(process.execPath, [HARDHAT, ...args], {
    cwd: options.folder,
    env: { ...process.env, FORCE_COLOR: "0", HARDHAT_DISABLE_TELEMETRY_PROMPT: "true", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  let rest = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) options.onLine?.(line);
    });
  }
  let timedOut = false;
  const stop = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch (error) {
      // Ended by itself in the meantime.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, options.timeoutMs);
  const onInterrupt = () => {
    stop();
    process.exit(130);
  };
  process.once("SIGINT", onInterrupt);
  process.once("SIGTERM", onInterrupt);
  const code = await new Promise<number>((resolve) => child.once("close", (exit) => resolve(exit ?? 1)));
  clearTimeout(timer);
  process.removeListener("SIGINT", onInterrupt);
  process.removeListener("SIGTERM", onInterrupt);
  return { code, output, timedOut };
}
