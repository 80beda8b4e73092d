import { existsSync } from "node:fs";
import { mkdir, rm, statfs, writeFile } from "node:fs/promises";
import { availableParallelism, freemem, totalmem } from "node:os";
import path from "node:path";
import { anvilPath } from "../../dev-chain/anvil.ts";
import { chromiumPath } from "../../browser/chromium.ts";
import { defaultRunDir } from "../paths.ts";
import { freePort } from "../ports.ts";
import { runningStack } from "../running.ts";

type Finding = { level: "ok" | "warn" | "fail"; what: string; detail: string };

/** `npm run doctor`: what this machine offers and lacks; exit code 1 when something needed is missing. */
export async function doctor(args: string[]): Promise<number> {
  const findings = [
    node(),
    chainEngine(),
    await library("image library", "sharp", null),
    await library("contract engine", "@nomicfoundation/edr", "only contract tests need it"),
    memory(),
    await disk(),
    await writable(),
    await ports(),
    browser(),
  ];
  if (args.includes("--json")) {
    console.log(JSON.stringify({ ok: findings.every((f) => f.level !== "fail"), findings }));
  } else {
    for (const finding of findings)
      console.log(`${finding.level.padEnd(5)} ${finding.what.padEnd(16)} ${finding.detail}`);
  }
  return findings.some((finding) => finding.level === "fail") ? 1 : 0;
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const fine = major > 22 || (major === 22 && minor >= 13);
  return { level: fine ? "ok" : "fail", what: "Node", detail: `${process.version} at ${process.execPath}` };
}

function chainEngine(): Finding {
  const what = "chain engine";
  if (anvilPath()) return { level: "ok", what, detail: "anvil is installed" };
  return { level: "warn", what, detail: "anvil is missing: Hardhat's slower in-process chain is used" };
}

/** A library with a native part is only there when it loads. */
async function library(what: string, name: string, without: string | null): Promise<Finding> {
  try {
    await import(name);
    return { level: "ok", what, detail: `${name} loads` };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return {
      level: without ? "warn" : "fail",
      what,
      detail: `${name} does not load (${reason}): ${without ?? "run npm ci"}`,
    };
  }
}

function memory(): Finding {
  const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  const detail = `${gib(freemem())} GiB free of ${gib(totalmem())}, ${availableParallelism()} cores`;
  return { level: freemem() < 1.5 * 2 ** 30 ? "warn" : "ok", what: "memory", detail };
}

async function disk(): Promise<Finding> {
  const { bavail, bsize } = await statfs(path.dirname(defaultRunDir()));
  const gib = (bavail * bsize) / 2 ** 30;
  return { level: gib < 1 ? "fail" : gib < 5 ? "warn" : "ok", what: "disk", detail: `${gib.toFixed(1)} GiB free` };
}

async function writable(): Promise<Finding> {
  const folder = defaultRunDir();
  const had = existsSync(folder);
  const probe = path.join(folder, ".probe");
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, "");
    await rm(probe);
    if (!had) await rm(folder, { recursive: true });
    return { level: "ok", what: "data folder", detail: folder };
  } catch (error) {
    return { level: "fail", what: "data folder", detail: `${folder}: ${String(error)}` };
  }
}

async function ports(): Promise<Finding> {
  const running = runningStack(defaultRunDir());
  if (running)
    return { level: "ok", what: "ports", detail: `in use by the running stack (${running.services.market?.url})` };
  const wanted = [4600, 4601, 4602, 4603];
  const got = await Promise.all(wanted.map((port) => freePort([port])));
  const taken = wanted.filter((port, i) => got[i] !== port);
  if (taken.length === 0) return { level: "ok", what: "ports", detail: `${wanted.join(", ")} are free` };
  return { level: "warn", what: "ports", detail: `${taken.join(", ")} taken: other ports will be used` };
}

function browser(): Finding {
  try {
    return { level: "ok", what: "browser", detail: chromiumPath() };
  } catch {
    return { level: "warn", what: "browser", detail: "no Chromium: only the browser tests and screenshots need one" };
  }
}
