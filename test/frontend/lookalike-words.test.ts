import { expect } from "chai";
import { fingerprint, matchFeatures } from "../../fingerprint/node.ts";
import { shownVerdict } from "../../frontend/ui/shown-verdict.ts";
import { comparisonReach } from "../../frontend/verify/comparison-reach.ts";
import { soundFiles } from "../../scripts/media/sound-files.ts";
import { picture } from "../e2e/picture.ts";

describe("what the dapp says of look-alikes", () => {
  it("calls a work very likely the same only when both files were compared", () => {
    expect(shownVerdict({ verdict: "very-likely-same", verified: true })).to.equal("very-likely-same");
    expect(shownVerdict({ verdict: "very-likely-same", verified: false })).to.equal("looks-similar");
    expect(shownVerdict({ verdict: "looks-similar", verified: false })).to.equal("looks-similar");
    expect(shownVerdict({ verdict: "same-file", verified: true })).to.equal("same-file");
  });

  it("knows how far a file was compared: by likeness, or why only exact copies were looked for", async () => {
    const sounds = soundFiles("reach");
    const files: [Uint8Array | undefined, string][] = [
      [new Uint8Array(await picture("reach")), "compared"],
      [sounds["song.wav"], "too-plain"],
      [new TextEncoder().encode("Too short to be told from others."), "too-plain"],
      [sounds["melody.mid"], "unlisted"],
    ];
    const song = { kind: "audio", values: Int32Array.from({ length: 400 }, (_, i) => i * 2_654_435_761) } as const;
    const known = { kind: "music", mediaType: "audio/wav", content256: "ISCC:…" } as const;
    expect(comparisonReach(known, song)).to.equal("compared");
    for (const [bytes, reach] of files) {
      if (!bytes) throw new Error("a file is missing");
      expect(comparisonReach(await fingerprint(bytes), await matchFeatures(bytes))).to.equal(reach);
    }
  });

  it("says of films and of sound that a browser cannot read that it could not look into them", () => {
    const none = { content256: null };
    for (const [kind, mediaType] of [
      ["video", "video/mp4"],
      ["video", "video/webm"],
      ["music", "audio/ogg"],
      ["music", "audio/mp4"],
    ] as const) {
      expect(comparisonReach({ kind, mediaType, ...none }, null), mediaType).to.equal("unreadable-here");
    }
    const model = { kind: "model", mediaType: "application/vnd.colophon.model", ...none } as const;
    expect(comparisonReach(model, null)).to.equal("unlisted");
  });
});
