import { expect } from "chai";
import { CommandStack } from "./command-stack.ts";

type Finding = { level: string; what: string; detail: string };

describe("doctor", () => {
  let stack: CommandStack;
  before(async () => {
    stack = await CommandStack.create();
  });
  after(() => stack.remove());

  it("finds what an install brings: runtime, native libraries, a data folder", async () => {
    const { code, out } = await stack.command("doctor", "--json");
    const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: Finding[] };
    const level = (what: string) => findings.find((finding) => finding.what === what)?.level;
    for (const what of ["Node", "image library", "contract engine", "data folder"])
      expect(level(what), what).to.equal("ok");
    expect(code).to.equal(ok ? 0 : 1);
  });
});
