/** `.run/state.json`: what runs where. Written by the supervisor, read by every other command. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import path from "node:path";

export type Phase = "waiting" | "starting" | "ready" | "done" | "failed" | "stopped";

export type ServiceState = {
  phase: Phase;
  pid: number | null;
  port: number | null;
  url: string | null;
  /** Milliseconds from the stack's start to ready. */
  readyMs: number | null;
  restarts: number;
  /** One line of progress, or why it failed. */
  note: string | null;
};

export type StackState = {
  version: 1;
  runDir: string;
  supervisorPid: number;
  startedAt: number;
  ready: boolean;
  readyMs: number | null;
  failed: { service: string; reason: string; hint: string } | null;
  services: Record<string, ServiceState>;
};

export function statePath(runDir: string): string {
  return path.join(runDir, "state.json");
}

/** State of the stack in `runDir`, or null when none was ever started (or the file is torn). */
export function readState(runDir: string): StackState | null {
  const file = statePath(runDir);
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as StackState;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Replaces the state file in one step, so that a reader never sees half of it. */
export async function writeState(state: StackState): Promise<void> {
  await mkdir(state.runDir, { recursive: true });
  const file = statePath(state.runDir);
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, "w");
  try {
    await handle.writeFile(`${JSON.stringify(state, null, 2)}\n`);
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
