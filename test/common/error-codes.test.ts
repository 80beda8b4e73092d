import { expect } from "chai";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "../..");
const ROOMS = ["common", "fingerprint", "storage", "indexer", "gen-node", "frontend", "scripts"];
/** Calls that make a coded error, and which argument names the code. */
const MAKERS: Record<string, number> = { "new ColophonError": 0, refuse: 0, problem: 2, only: 1 };
const CODE = /"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)"/g;

async function sources(): Promise<string[]> {
  const found = await Promise.all(
    ROOMS.map((room) => readdir(path.join(ROOT, room), { recursive: true, withFileTypes: true })),
  );
  return found
    .flat()
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Top-level arguments of the call whose parenthesis opens just before `start`. */
function argumentsAt(text: string, start: number): string[] {
  const all: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < text.length; at++) {
    const letter = text.charAt(at);
    if ("([{".includes(letter)) depth += 1;
    if (depth === 0 && (letter === "," || letter === ")")) {
      all.push(text.slice(from, at));
      from = at + 1;
      if (letter === ")") return all;
    }
    if (")]}".includes(letter)) depth -= 1;
  }
  return all;
}

/** Codes that a source file can throw, answer or record. */
function codesIn(text: string): string[] {
  const codes = [...text.matchAll(/\bcode: "([A-Z][A-Z0-9_]*_[A-Z0-9_]+)"/g)].map((match) => match[1] ?? "");
  for (const call of text.matchAll(/(?<![\w.])(new ColophonError|refuse|problem|only)\(/g)) {
    const which = argumentsAt(text, call.index + call[0].length)[MAKERS[call[1] ?? ""] ?? 0] ?? "";
    codes.push(...[...which.matchAll(CODE)].map((match) => match[1] ?? ""));
  }
  return codes;
}

describe("docs/errors.md", () => {
  const documented = [
    ...readFileSync(path.join(ROOT, "docs/errors.md"), "utf8").matchAll(/^\| `([A-Z0-9_]+)` \|/gm),
  ].map((match) => match[1] ?? "");

  it("names every code of the code base once, and none that is gone", async () => {
    const used = new Map<string, string>();
    for (const file of await sources()) {
      for (const code of codesIn(readFileSync(file, "utf8"))) used.set(code, path.relative(ROOT, file));
    }
    expect(used.size).to.be.greaterThan(100);
    const missing = [...used].filter(([code]) => !documented.includes(code)).map(([code, file]) => `${code} (${file})`);
    expect(missing, "not in docs/errors.md").to.deep.equal([]);
    expect(
      documented.filter((code) => !used.has(code)),
      "only in docs/errors.md",
    ).to.deep.equal([]);
    expect(
      documented.filter((code, i) => documented.indexOf(code) !== i),
      "twice in docs/errors.md",
    ).to.deep.equal([]);
  });

  it("is checked by a reader that finds a code in each way of making one", () => {
    expect(codesIn('throw new ColophonError(\n  "A_B",\n  `x, ${y(1)}`, { status: 404 });')).to.deep.equal(["A_B"]);
    expect(codesIn('new ColophonError(given ?? (status ? "HTTP_X" : "NETWORK"), f("NOT_THIS"))')).to.deep.equal([
      "HTTP_X",
      "NETWORK",
    ]);
    expect(codesIn('problem(response, 421, "GONE_BY", "Not a code.")')).to.deep.equal(["GONE_BY"]);
    expect(codesIn('only(await f([a, b]), "UNKNOWN_X", id); refuse("NO_WAY", "x")')).to.deep.equal([
      "UNKNOWN_X",
      "NO_WAY",
    ]);
    expect(codesIn('{ error: { code: "JOB_LOST", message } } hasCode(error, "ELSEWHERE")')).to.deep.equal(["JOB_LOST"]);
  });
});
