import { expect } from "chai";
import { draftProblem, parseTags } from "../../frontend/create/work-draft.ts";
import { loadMessages } from "../../frontend/i18n/locale.ts";
import { previewUrl } from "../../frontend/ui/preview-url.ts";

describe("what a person says about a work", () => {
  it("splits tags at the commas of either script, once each", () => {
    expect(parseTags("Ink, 山水，ink、 rain ;; ")).to.deep.equal(["ink", "山水", "rain"]);
  });

  it("asks for a title and keeps tags within the limits", async () => {
    const m = await loadMessages("en");
    const draft = { title: "A", description: "", lang: "en", tags: ["a"], aiGenerated: false };
    expect(draftProblem(draft, m)).to.equal(null);
    expect(draftProblem({ ...draft, title: "  " }, m)).to.equal(m.create.invalid.title);
    expect(draftProblem({ ...draft, tags: Array.from({ length: 13 }, (_, i) => `t${i}`) }, m)).to.equal(
      m.create.invalid.tags,
    );
    expect(draftProblem({ ...draft, tags: ["x".repeat(33)] }, m)).to.equal(m.create.invalid.tags);
  });
});

describe("address of a preview", () => {
  it("sets the width and keeps the version", () => {
    expect(previewUrl("/v1/works/12/preview?v=abc&w=640", 320)).to.equal("/v1/works/12/preview?v=abc&w=320");
    expect(previewUrl("/v1/works/12/preview", 1280)).to.equal("/v1/works/12/preview?w=1280");
  });
});
