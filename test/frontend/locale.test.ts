import { expect } from "chai";
import { chooseLocale, splitLocale } from "../../frontend/i18n/locale.ts";

describe("choice of language", () => {
  it("takes the reader's own choice before the browser's", () => {
    expect(chooseLocale({ cookie: "zh", acceptLanguage: "en" })).to.equal("zh");
  });

  it("weighs Accept-Language by quality, then by order", () => {
    expect(chooseLocale({ acceptLanguage: "en;q=0.4, zh-CN;q=0.9" })).to.equal("zh");
    expect(chooseLocale({ acceptLanguage: "fr, en-GB;q=0.8, zh;q=0.8" })).to.equal("en");
    expect(chooseLocale({ acceptLanguage: "zh-TW" })).to.equal("zh");
  });

  it("never takes a language that was refused with quality 0", () => {
    expect(chooseLocale({ acceptLanguage: "zh;q=0, fr" })).to.equal("en");
  });

  it("falls back to English for other languages, nothing, and nonsense", () => {
    for (const acceptLanguage of ["fr, de", "", null, ";;;q=", "*"]) {
      expect(chooseLocale({ acceptLanguage, cookie: "klingon" })).to.equal("en");
    }
  });

  it("splits the language off an address only where it is a whole segment", () => {
    expect(splitLocale("/zh/works/3")).to.deep.equal({ locale: "zh", path: "/works/3" });
    expect(splitLocale("/en")).to.deep.equal({ locale: "en", path: "/" });
    expect(splitLocale("/enormous")).to.deep.equal({ locale: null, path: "/enormous" });
    expect(splitLocale("/")).to.deep.equal({ locale: null, path: "/" });
  });
});
