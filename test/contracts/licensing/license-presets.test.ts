import { expect } from "chai";
import { TERM_PRESETS, termFlagsOf } from "../../../common/terms.ts";
import { ANYWHERE, offerOf, terms, termsIdOf } from "../house.ts";
import { ethers, loadFixture } from "../network.ts";
import { type Contract, derivativeUnder, licensingHouse, root, type Terms } from "./licensing-house.ts";

const NAMES = [
  "personal",
  "commercial",
  "remix",
  "training",
  "cc0",
  "by",
  "by-sa",
  "by-nc",
  "by-nd",
  "by-nc-sa",
  "by-nc-nd",
  "cbe-cc0",
  "cbe-ecr",
  "cbe-necr",
  "cbe-necr-hs",
  "cbe-pr",
  "cbe-pr-hs",
  "non-commercial-social-remix",
  "commercial-use",
  "commercial-remix",
  "open-attribution",
] as const;

async function presets() {
  const house = await licensingHouse();
  const contract = (await ethers.deployContract("LicensePresets")) as unknown as Contract<
    "termsOf" | "termsIdOf" | "textOf" | "trainAllowed" | "commercialRemix"
  >;
  const preset = async (name: (typeof NAMES)[number]): Promise<Terms> =>
    plain(await contract.termsOf(NAMES.indexOf(name)));
  return { ...house, contract, preset };
}

/** A result as plain numbers. */
function plain(result: { toObject(): Record<string, bigint | string> }): Terms {
  const entries = Object.entries(result.toObject()).map(([key, value]) => [
    key,
    typeof value === "bigint" ? Number(value) : value,
  ]);
  return Object.fromEntries(entries) as Terms;
}

describe("LicensePresets", () => {
  it("have the ids that the license token gives their terms, all different but by name only", async () => {
    const { contract, licenses } = await loadFixture(presets);
    const ids = new Set<string>();
    for (const index of NAMES.keys()) {
      const given = plain(await contract.termsOf(index));
      const id = await contract.termsIdOf(index);
      expect(id, NAMES[index]).to.equal(termsIdOf(given));
      expect(await licenses.termsIdOf(given)).to.equal(id);
      await licenses.registerTerms(given);
      expect(plain(await licenses.termsOf(id))).to.deep.equal(given);
      ids.add(id);
    }
    // The dapp's "commercial" and the flavor "commercial use" are the same terms.
    expect(ids.size).to.equal(NAMES.length - 1);
    await expect(contract.termsOf(NAMES.length)).to.revert(ethers);
  });

  it("carry the digest of the block that names the license's text", async () => {
    const { contract } = await loadFixture(presets);
    const textOf = async (name: (typeof NAMES)[number]) => await contract.textOf(NAMES.indexOf(name));
    expect(await textOf("by-nc-sa")).to.equal("https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode");
    expect(await textOf("cc0")).to.equal("https://creativecommons.org/publicdomain/zero/1.0/legalcode");
    expect(await textOf("cbe-pr-hs")).to.equal("ar://zmc1WTspIhFyVY82bwfAIcIExLFH5lUcHHUN0wXg4W8/5");
    for (const index of NAMES.keys()) {
      const text: string = await contract.textOf(index);
      const digest = text === "" ? ethers.ZeroHash : ethers.sha256(ethers.toUtf8Bytes(text));
      expect((await contract.termsOf(index)).legalText, NAMES[index]).to.equal(digest);
    }
  });

  it("say what Creative Commons licenses grant", async () => {
    const { preset } = await loadFixture(presets);
    const facts = {
      cc0: [true, true, false, false],
      by: [true, true, true, false],
      "by-sa": [true, true, true, true],
      "by-nc": [false, true, true, false],
      "by-nd": [true, false, true, false],
      "by-nc-sa": [false, true, true, true],
      "by-nc-nd": [false, false, true, false],
    } as const;
    for (const [name, fact] of Object.entries(facts)) {
      const { commercial, derivatives, attribution, reciprocal, training } = termFlagsOf(
        (await preset(name as keyof typeof facts)).flags,
      );
      expect([commercial, derivatives, attribution, reciprocal], name).to.deep.equal(fact);
      expect(training, name).to.equal(derivatives);
    }
  });

  it("say what the Can't Be Evil licenses grant", async () => {
    const { preset } = await loadFixture(presets);
    const facts = {
      "cbe-cc0": [true, true, 0],
      "cbe-ecr": [true, true, 2],
      "cbe-necr": [true, true, 0],
      "cbe-necr-hs": [true, true, 0],
      "cbe-pr": [false, false, 0],
      "cbe-pr-hs": [false, false, 0],
    } as const;
    for (const [name, fact] of Object.entries(facts)) {
      const given = await preset(name as keyof typeof facts);
      const { commercial, derivatives, attribution, transferable } = termFlagsOf(given.flags);
      expect([commercial, derivatives, given.exclusivity], name).to.deep.equal(fact);
      expect([attribution, transferable], name).to.deep.equal([false, true]);
    }
  });

  it("begin with the dapp's own", async () => {
    const { preset } = await loadFixture(presets);
    for (const name of ["personal", "commercial", "remix", "training"] as const) {
      const { flags, derivativeShare, duration, legalText } = TERM_PRESETS[name];
      expect(await preset(name)).to.deep.equal({ flags, derivativeShare, duration, legalText, ...ANYWHERE });
    }
  });

  it("make training and remix terms for any share", async () => {
    const { contract } = await loadFixture(presets);
    expect(plain(await contract.trainAllowed(1234))).to.deep.equal(
      terms(1234, "commercial", "derivatives", "training", "attribution"),
    );
    expect(plain(await contract.commercialRemix(77))).to.deep.equal(
      terms(77, "commercial", "derivatives", "attribution", "reciprocal", "transferable"),
    );
  });

  it("bind derivatives as those licenses do: BY-NC-SA for nothing and alike, BY with the name kept", async () => {
    const house = await loadFixture(presets);
    const { licenses, bob, preset } = house;
    const ncSa = await preset("by-nc-sa");
    const { workId: shared } = await derivativeUnder(house, bob, "shared", ncSa);
    await licenses.connect(bob).setOffer(shared, ncSa, offerOf(0n));
    await expect(licenses.connect(bob).setOffer(shared, ncSa, offerOf(1n))).to.be.revertedWithCustomError(
      licenses,
      "LicenseTokenBeyondInherited",
    );
    await expect(
      licenses.connect(bob).setOffer(shared, await preset("by-nc"), offerOf(0n)),
    ).to.be.revertedWithCustomError(licenses, "LicenseTokenBeyondInherited");
    const { workId: named } = await derivativeUnder(house, bob, "named", await preset("by"));
    await licenses.connect(bob).setOffer(named, await preset("commercial"), offerOf(9n));
    await expect(licenses.connect(bob).setOffer(named, await preset("cc0"), offerOf(0n))).to.be.revertedWithCustomError(
      licenses,
      "LicenseTokenBeyondInherited",
    );
  });

  it("sell the exclusive Can't Be Evil license alone", async () => {
    const house = await loadFixture(presets);
    const { licenses, alice, bob, preset } = house;
    const work = await root(house, alice, "a");
    await licenses.connect(alice).setOffer(work, await preset("cbe-ecr"), offerOf(0n));
    await licenses.connect(bob).buy(1n, bob.address, 0n);
    await expect(licenses.connect(bob).buy(1n, bob.address, 0n)).to.be.revertedWithCustomError(
      licenses,
      "LicenseTokenExclusivelyLicensed",
    );
  });
});
