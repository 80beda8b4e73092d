import { expect } from "chai";
import { isUnpaid, presetsWithin } from "../../frontend/create/inherited-limits.ts";
import { TERM_PRESETS, termFlags } from "../../common/terms.ts";

describe("what a derivative may offer", () => {
  it("is everything without parents, and what remix licenses grant with them", () => {
    expect(presetsWithin([])).to.deep.equal(["personal", "commercial", "remix", "training"]);
    expect(presetsWithin([TERM_PRESETS.remix])).to.deep.equal(["personal", "commercial", "remix"]);
    expect(presetsWithin([TERM_PRESETS.remix, TERM_PRESETS.training])).to.not.include("training");
  });

  it("is no right that one of its parents' licenses does not grant", () => {
    const onlyDerivatives = { flags: termFlags("derivatives", "attribution"), derivativeShare: 10_000 };
    expect(presetsWithin([TERM_PRESETS.training, onlyDerivatives])).to.deep.equal(["personal"]);
  });

  it("is free where a parent agreed to neither commerce nor a share", () => {
    const flags = termFlags("derivatives");
    expect(isUnpaid([{ flags, derivativeShare: 0 }])).to.equal(true);
    expect(isUnpaid([{ flags, derivativeShare: 1 }, TERM_PRESETS.remix])).to.equal(false);
  });
});
