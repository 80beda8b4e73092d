import { expect } from "chai";
import type { Job } from "../../common/api/schemas.ts";
import { appealStep, checkStep } from "../../frontend/network/check-step.ts";

type Check = NonNullable<Job["check"]>;
const CHECK: Check = {
  stage: "requested",
  certain: false,
  drawBlock: 12,
  deadline: 0,
  verifiers: [],
  revealed: 0,
  right: null,
};
const checking = (change: Partial<Check>) => ({ status: "checking" as const, check: { ...CHECK, ...change } });

describe("the step that anybody can take with a checked job", () => {
  it("is the draw, once the chain is past the drawing block", () => {
    expect(checkStep(checking({}), 12, 0)).to.equal(null);
    expect(checkStep(checking({}), 13, 0)).to.equal("draw");
  });

  it("is the count, when all have revealed or the time is over", () => {
    const verifiers = ["0x1", "0x2", "0x3"];
    const drawn = { stage: "drawn", deadline: 100, verifiers } as const;
    expect(checkStep(checking({ ...drawn, revealed: 2 }), 99, 100)).to.equal(null);
    expect(checkStep(checking({ ...drawn, revealed: 2 }), 99, 101)).to.equal("tally");
    expect(checkStep(checking({ ...drawn, revealed: 3 }), 99, 1)).to.equal("tally");
  });

  for (const stage of ["decided", "stuck", "arbitrated"] as const) {
    it(`is the end, after the deadline of stage ${stage}`, () => {
      expect(checkStep(checking({ stage, deadline: 100 }), 99, 100)).to.equal(null);
      expect(checkStep(checking({ stage, deadline: 100 }), 99, 101)).to.equal("close");
      const disputed = { status: "disputed" as const, check: { ...CHECK, stage, deadline: 100 } };
      expect(checkStep(disputed, 99, 101)).to.equal("close");
    });
  }

  it("is none for jobs that are not checked, or not any more", () => {
    expect(checkStep({ status: "submitted", check: null }, 99, 101)).to.equal(null);
    expect(checkStep({ status: "settled", check: { ...CHECK, stage: "closed" } }, 99, 101)).to.equal(null);
  });

  it("is to carry out a ruling, at any time", () => {
    expect(checkStep(checking({ stage: "ruled" }), 1, 1)).to.equal("close");
  });
});

describe("the way to the arbitrator", () => {
  const [requester, operator, stranger] = ["0xaa", "0xbb", "0xcc"] as const;
  const appeal = (change: Partial<Check>, reader: string | null, now = 100) =>
    appealStep({ ...checking({ deadline: 100, ...change }), requester, operator }, reader, now);

  it("is open to anybody where the verifiers came to nothing, until the deadline", () => {
    for (const reader of [requester, operator, stranger, null]) {
      expect(appeal({ stage: "stuck" }, reader)).to.equal("refer");
      expect(appeal({ stage: "stuck" }, reader, 101)).to.equal(null);
    }
  });

  it("is open to who lost by the verifiers' decision, and to nobody else", () => {
    for (const [right, loser] of [
      [true, requester],
      [false, operator],
    ] as const) {
      for (const reader of [requester, operator, stranger, null]) {
        const expected = reader === loser ? "escalate" : null;
        expect(appeal({ stage: "decided", right }, reader)).to.equal(expected);
        expect(appeal({ stage: "decided", right }, reader, 101)).to.equal(null);
      }
    }
  });

  it("is closed at every other stage", () => {
    for (const stage of ["requested", "drawn", "arbitrated", "ruled", "closed"] as const) {
      expect(appeal({ stage, right: true }, requester)).to.equal(null);
    }
  });
});
