// Shows that each invariant can fail: puts a known bug into a copy of the contracts, and its stateful test must notice.
// usage: npm run -s test:seeded -- [--only I4] [--json]
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { copyProject } from "./project-copy.ts";
import { runHardhat } from "./run-hardhat.ts";
import { SEEDED_BUGS, type SeededBug } from "./seeded-bug-list.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const TIMEOUT_MS = 20 * 60_000;

const { values } = parseArgs({ options: { only: { type: "string" }, json: { type: "boolean", default: false } } });
const bugs = SEEDED_BUGS.filter((bug) => !values.only || bug.invariant === values.only);
if (bugs.length === 0) {
  console.error(`no seeded bug for ${values.only}`);
  process.exit(2);
}

const unnoticed: string[] = [];
for (const bug of bugs) {
  const noticed = await isNoticed(bug);
  console.error(`${bug.invariant} ${noticed ? "noticed" : "NOT NOTICED"}: ${bug.bug}`);
  if (!noticed) unnoticed.push(`${bug.invariant}: ${bug.bug}`);
}
if (values.json) console.log(JSON.stringify({ bugs: bugs.length, noticed: bugs.length - unnoticed.length, unnoticed }));
else console.log(`${bugs.length - unnoticed.length} of ${bugs.length} seeded bugs noticed`);
process.exitCode = unnoticed.length > 0 ? 1 : 0;

/** Whether the invariant's own test fails on the bug, and for the reason that the test is there for. */
async function isNoticed(bug: SeededBug): Promise<boolean> {
  const copy = await copyProject();
  try {
    const file = path.join(copy.folder, bug.source);
    const source = await readFile(file, "utf8");
    if (source.split(bug.find).length !== 2) throw new Error(`${bug.source}: not there exactly once: ${bug.find}`);
    await writeFile(file, source.replace(bug.find, bug.replace));
    // Parts of the tests can only be run with the handlers that they import: what is not built is not fuzzed.
    const run = await runHardhat(["test", "solidity", ...(await withImports(bug.test))], {
      folder: copy.folder,
      timeoutMs: TIMEOUT_MS,
    });
    if (/HHE\d+|Compilation failed/.test(run.output))
      throw new Error(`the seeded bug does not compile:\n${run.output}`);
    return run.code !== 0 && /\d+ failing/.test(run.output) && run.output.includes(`${bug.invariant}: `);
  } finally {
    await copy.remove();
  }
}

/** A test and the files of its own folder that it imports, directly or not. */
async function withImports(test: string, found: string[] = []): Promise<string[]> {
  if (found.includes(test)) return found;
  found.push(test);
  const source = await readFile(path.join(ROOT, test), "utf8");
  for (const [, name = ""] of source.matchAll(/from "\.\/([^"]+)"/g)) {
    await withImports(path.posix.join(path.posix.dirname(test), name), found);
  }
  return found;
}
