import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "./paths.ts";

/**
 * Runs a script of ours to its end. Each line it prints goes to the log and to `onProgress`.
 * @returns the last line printed
 * @throws Error with the last lines when it ends with a code other than 0
 */
export async function runStep(step: {
  name: string;
  entry: string;
  args?: string[];
  env: Record<string, string>;
  logFile: string;
  onProgress?: (line: string) => void;
}): Promise<string> {
  const follow = path.join(ROOT, "scripts/follow-parent.ts");
  const child = spawn(process.execPath, ["--import", follow, path.join(ROOT, step.entry), ...(step.args ?? [])], {
    cwd: ROOT,
    env: { ...process.env, ...step.env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const tail: string[] = [];
  const keep = (line: string) => {
    appendFileSync(step.logFile, `${line}\n`);
    if (line.trim() === "") return;
    tail.push(line.trim());
    if (tail.length > 20) tail.shift();
    step.onProgress?.(line.trim());
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on("line", keep);
  }
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exit, signal) => resolve(exit ?? signal ?? "unknown"));
  });
  if (code !== 0) throw new Error(`${step.name} ended with ${code}:\n${tail.slice(-8).join("\n")}`);
  return tail.at(-1) ?? "";
}
