import { expect } from "chai";
import fc from "fast-check";
import { canonicalBytes, canonicalJson } from "../../common/canonical-json.ts";
import { cidOfDigest, digestOfCid, sha256Hex } from "../../common/digest.ts";
import { fileSchema } from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import { TERM_FLAGS, type TermFlag, termFlags, termFlagsOf } from "../../common/terms.ts";

describe("canonical JSON", () => {
  it("has one spelling whatever the order of members", () => {
    expect(canonicalJson({ b: [1, "é", null], a: { d: true, c: undefined } })).to.equal(
      '{"a":{"d":true},"b":[1,"é",null]}',
    );
  });

  it("reads back as the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const once = JSON.parse(canonicalJson(value)) as unknown;
        expect(canonicalJson(once)).to.equal(canonicalJson(value));
        expect(once).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("refuses what JSON cannot carry", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 0]) {
      expect(() => canonicalJson({ bad })).to.throw(TypeError);
    }
  });
});

describe("digests and CIDs", () => {
  it("names a block as IPFS does", () => {
    // SHA-256 of "hello world", and its CIDv1 (raw) as any IPFS implementation spells it.
    const digest = sha256Hex(new TextEncoder().encode("hello world"));
    expect(digest).to.equal("0xb94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9");
    expect(cidOfDigest(digest)).to.equal("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
  });

  it("goes from digest to CID and back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const digest = sha256Hex(bytes);
        expect(digestOfCid(cidOfDigest(digest))).to.equal(digest);
      }),
    );
  });

  it("refuses CIDs that do not stand for a digest", () => {
    const dagPb = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
    for (const bad of ["", "hello", dagPb]) {
      expect(() => digestOfCid(bad))
        .to.throw(ColophonError)
        .with.property("code", "BAD_CID");
    }
    expect(() => cidOfDigest("0x12"))
      .to.throw(ColophonError)
      .with.property("code", "BAD_DIGEST");
  });

  it("hashes documents by their canonical bytes", () => {
    expect(sha256Hex(canonicalBytes({ b: 1, a: 2 }))).to.equal(sha256Hex(canonicalBytes({ a: 2, b: 1 })));
  });
});

describe("term flags", () => {
  it("join and split without loss", () => {
    const names = Object.keys(TERM_FLAGS) as TermFlag[];
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...names)), (chosen) => {
        const back = termFlagsOf(termFlags(...chosen));
        expect(names.filter((name) => back[name]).sort()).to.deep.equal([...chosen].sort());
      }),
    );
  });
});

describe("a stored file's CID", () => {
  const file = (cid: string) =>
    fileSchema.safeParse({ cid, sha256: `0x${"ab".repeat(32)}`, mediaType: "image/png", bytes: 1 });

  it("is letters and digits, so that it can stand in an address and a file name", () => {
    for (const cid of [
      "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
      "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n",
    ]) {
      expect(file(cid).success, cid).to.equal(true);
    }
  });

  it("is refused when anything in it could mean something there", () => {
    const others = [
      "../../../../etc/passwd",
      "bafkrei/../../x",
      "bafkreix?format=raw",
      "bafkreix#top",
      "bafk%2e%2e%2f",
      "short",
      `b${"a".repeat(120)}`,
    ];
    for (const cid of others) expect(file(cid).success, cid).to.equal(false);
  });
});
