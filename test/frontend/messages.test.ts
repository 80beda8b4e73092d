import { expect } from "chai";
import { enRooms } from "../../frontend/messages/en-rooms.ts";
import { en } from "../../frontend/messages/en.ts";
import { zhRooms } from "../../frontend/messages/zh-rooms.ts";
import { zh } from "../../frontend/messages/zh.ts";

type Leaf = { path: string; value: unknown };

function leaves(value: unknown, path = ""): Leaf[] {
  if (value === null || typeof value !== "object") return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key));
}

/** Says the same in both languages: names, and the sentence that a wallet shows and a server checks. */
const SHARED = new Set([
  "locale",
  "site.name",
  "site.switchLanguage",
  "card.aiShort",
  "verify.iscc",
  "verify.hash",
  "wallet.signInStatement",
]);

describe("message catalogues", () => {
  for (const [name, english, chinese] of [
    ["first page", en, zh],
    ["rooms", enRooms, zhRooms],
  ] as const) {
    it(`has the same messages with the same parameters in both languages: ${name}`, () => {
      const shape = (leaf: Leaf) => `${leaf.path}:${typeof leaf.value === "function" ? "message" : "text"}`;
      expect(leaves(chinese).map(shape)).to.deep.equal(leaves(english).map(shape));
    });

    it(`is written in Chinese where it claims to be: ${name}`, () => {
      const english_ = new Map(leaves(english).map((leaf) => [leaf.path, leaf.value]));
      const untranslated = leaves(chinese)
        .filter(({ path, value }) => typeof value === "string" && !SHARED.has(path))
        .filter(({ path, value }) => !/[一-鿿]/.test(value as string) || value === english_.get(path))
        .map(({ path }) => path);
      expect(untranslated).to.deep.equal([]);
    });
  }

  it("counts in English and in Chinese", () => {
    expect(en.card.licenses(1)).to.equal("1 license");
    expect(en.card.licenses(2)).to.equal("2 licenses");
    expect(zh.card.licenses(2)).to.equal("2 份许可");
  });
});
