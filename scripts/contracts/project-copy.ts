/** A throw-away copy of what the contract tests need, in which sources and artifacts may be spoiled. */
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "../..");
const COPIED = [
  "artifacts",
  "cache",
  "common",
  "contracts",
  "hardhat.config.ts",
  "ignition",
  "package.json",
  "scripts",
  "test/contracts",
  "test/solidity",
  "tsconfig.json",
];

export type ProjectCopy = { folder: string; remove(): Promise<void> };

/** Copies the project; `node_modules` is a link. Build before, or the copy has no artifacts. */
export async function copyProject(): Promise<ProjectCopy> {
  const folder = await mkdtemp(path.join(tmpdir(), "colophon-copy-"));
  for (const name of COPIED) await cp(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  await symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
