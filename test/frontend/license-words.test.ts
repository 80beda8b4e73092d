import { expect } from "chai";
import fc from "fast-check";
import { TERM_FLAGS, TERM_PRESETS } from "../../common/terms.ts";
import { FLAGS, termFlagsOf } from "../../frontend/chain/term-flags.ts";
import { initialTerms, termsArguments, termsProblem } from "../../frontend/create/terms-draft.ts";
import { createFormat } from "../../frontend/i18n/format.ts";
import { loadMessages } from "../../frontend/i18n/locale.ts";
import { licenseWords } from "../../frontend/ui/license-words.ts";

describe("the license as a sentence", () => {
  it("uses the chain's own bits", () => {
    expect(FLAGS).to.deep.equal(TERM_FLAGS);
  });

  it("says each grant once: either you may or you may not", async () => {
    const m = await loadMessages("en");
    const grants = ["commercial", "derivatives", "training", "transferable"] as const;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 63 }), (flags) => {
        const words = licenseWords({ flags, derivativeShare: 0, duration: 0 }, 1n, m, createFormat("en"));
        const set = termFlagsOf(flags);
        return grants.every((grant) => {
          const phrase = m.license.flags[grant];
          return words.may.includes(phrase) === set[grant] && words.mayNot.includes(phrase) === !set[grant];
        });
      }),
    );
  });

  it("names price and share in both languages", async () => {
    const english = await loadMessages("en");
    const words = licenseWords(TERM_PRESETS.remix, 2n * 10n ** 16n, english, createFormat("en"));
    expect(english.license.sentence(words)).to.equal(
      "You may look at, listen to, read and keep it for yourself, use it commercially, make and register works derived from it, and pass the license on. You may not train models on it. You must name its maker. You pay 0.02 ETH once, and 10% of what each derivative earns.",
    );
    const chinese = await loadMessages("zh");
    const said = chinese.license.sentence(
      licenseWords(TERM_PRESETS.remix, 2n * 10n ** 16n, chinese, createFormat("zh")),
    );
    expect(said).to.match(
      /^你可以.*。你不可以用来训练模型。你必须注明作者。你支付0\.02 ETH（一次付清），以及每件衍生作品所得的 10%。$/,
    );
  });
});

describe("terms as a person types them", () => {
  for (const preset of ["personal", "commercial", "remix", "training"] as const) {
    it(`starts from the preset: ${preset}`, () => {
      expect(termsArguments(initialTerms(preset)).terms).to.deep.equal(TERM_PRESETS[preset]);
    });
  }

  it("turns percent into ppm and ETH into wei without floats", async () => {
    const m = await loadMessages("en");
    const draft = { preset: "remix" as const, share: "12.5", price: "0.000000000000000001", supply: "7" };
    expect(termsProblem(draft, m)).to.equal(null);
    const { terms, offer } = termsArguments(draft);
    expect(terms.derivativeShare).to.equal(125_000);
    expect(offer).to.include({ price: 1n, supply: 7, expiresAt: 0 });
  });

  it("asks no share where no derivatives are allowed", () => {
    expect(termsArguments({ ...initialTerms("personal"), share: "40" }).terms.derivativeShare).to.equal(0);
  });

  it("says what is wrong", async () => {
    const m = await loadMessages("en");
    const draft = initialTerms("remix");
    expect(termsProblem({ ...draft, price: "lots" }, m)).to.equal(m.create.invalid.price);
    expect(termsProblem({ ...draft, price: "99999999999999" }, m)).to.equal(m.create.invalid.price);
    expect(termsProblem({ ...draft, share: "51" }, m)).to.equal(m.create.invalid.share);
    expect(termsProblem({ ...draft, share: "-1" }, m)).to.equal(m.create.invalid.share);
    expect(termsProblem({ ...draft, supply: "1.5" }, m)).to.equal(m.create.invalid.supply);
  });
});
