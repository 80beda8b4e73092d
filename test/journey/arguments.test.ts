import { expect } from "chai";
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { parseArguments } from "../../scripts/journey/arguments.ts";
import { clipTitle, titleOf } from "../../scripts/journey/title.ts";

describe("the journey's command line", () => {
  it("is read with its defaults", () => {
    expect(parseArguments(["--file", "a.png"])).to.deep.equal({ file: "a.png", json: false, fresh: false, url: null });
    expect(parseArguments(["--file=a.png", "--json", "--url", "http://localhost:1"])).to.deep.equal({
      file: "a.png",
      json: true,
      fresh: false,
      url: "http://localhost:1",
    });
  });

  it("is refused with one clear line", () => {
    const bad = [
      [],
      ["--json"],
      ["--file"],
      ["--file", "a", "--colour"],
      ["--file", "a", "b"],
      ["--file", "a", "--url", "here"],
      ["--file", "a", "--fresh", "--url", "http://localhost:1"],
    ];
    for (const argv of bad) {
      let refusal: unknown;
      try {
        parseArguments(argv);
      } catch (error) {
        refusal = error;
      }
      expect(refusal, argv.join(" ")).to.be.instanceOf(ColophonError);
      expect((refusal as ColophonError).code).to.equal("BAD_ARGUMENTS");
      expect((refusal as ColophonError).message).not.to.include("\n");
    }
  });
});

describe("a title", () => {
  it("is made from the file's name", () => {
    expect(titleOf("/somewhere/night_train-2.final.png")).to.equal("night train 2.final");
    expect(titleOf("夜行列车.txt")).to.equal("夜行列车");
    expect(titleOf("___.png")).to.equal("Untitled");
  });

  it("fits the limit and never holds half a character", () => {
    const title = clipTitle("x".repeat(LIMITS.titleChars - 1) + "🎨".repeat(3));
    expect(title).to.equal("x".repeat(LIMITS.titleChars - 1));
    expect(title.isWellFormed()).to.equal(true);
  });
});
