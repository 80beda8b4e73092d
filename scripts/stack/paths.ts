import path from "node:path";

/** The project's root folder. */
export const ROOT = path.join(import.meta.dirname, "../..");

/** Where a stack keeps its state: `.run/`, or `COLOPHON_RUN_DIR`. */
export function defaultRunDir(): string {
  return path.resolve(process.env.COLOPHON_RUN_DIR ?? path.join(ROOT, ".run"));
}
