import { expect } from "chai";
import { COIN, deployPuppet } from "../house.ts";
import { ethers, loadFixture } from "../network.ts";
import { deployEdges, derive, type EdgeHouse, gasOf, RELATIVE, root, tokenFor } from "./core-house.ts";

/** root (alice) <- middle (bob, 10 %) <- leaf (carol, 20 %), and tokens with permits held by dave. */
async function chain() {
  const core = await deployEdges();
  const top = await root(core, core.alice, "root");
  const middle = await derive(core, core.bob, "middle", [{ id: top, share: 100_000 }]);
  const leaf = await derive(core, core.carol, "leaf", [{ id: middle, share: 200_000 }]);
  const { token, currency } = await tokenFor(core, "PermitToken", core.dave);
  await token.connect(core.dave).approve(core.house.ledger, 0n);
  return { ...core, core, top, middle, leaf, token, currency };
}

async function tokenDomain(currency: string) {
  const { chainId } = await ethers.provider.getNetwork();
  return { name: "Permit", version: "1", chainId, verifyingContract: currency };
}

const PERMIT = {
  Permit: ["owner:address", "spender:address", "value:uint256", "nonce:uint256", "deadline:uint256"].map(field),
};
const AUTHORIZATION = {
  ReceiveWithAuthorization: [
    "from:address",
    "to:address",
    "value:uint256",
    "validAfter:uint256",
    "validBefore:uint256",
    "nonce:bytes32",
  ].map(field),
};

function field(text: string) {
  const [name = "", type = ""] = text.split(":");
  return { name, type };
}

async function permitOf(core: EdgeHouse, currency: string, value: bigint, deadline: bigint) {
  const message = { owner: core.dave.address, spender: core.house.ledger, value, nonce: 0n, deadline };
  return ethers.Signature.from(await core.dave.signTypedData(await tokenDomain(currency), PERMIT, message));
}

async function authorizationOf(core: EdgeHouse, currency: string, value: bigint, workId: bigint, salt: string) {
  const nonce = ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(["uint256", "bytes32"], [workId, salt]));
  const message = {
    from: core.dave.address,
    to: core.house.ledger,
    value,
    validAfter: 0n,
    validBefore: 2n ** 40n,
    nonce,
  };
  return ethers.Signature.from(await core.dave.signTypedData(await tokenDomain(currency), AUTHORIZATION, message));
}

describe("RoyaltyLedger: ways to pay", () => {
  describe("payWithPermit", () => {
    it("pays without an approval before, in one call", async () => {
      const { core, ledger, top, currency, dave } = await loadFixture(chain);
      const deadline = 2n ** 40n;
      const { v, r, s } = await permitOf(core, currency, 700n, deadline);
      await expect(ledger.connect(dave).payWithPermit(top, currency, 700n, deadline, v, r, s))
        .to.emit(ledger, "Paid")
        .withArgs(top, currency, dave.address, 700n, 0n, 0n);
      expect(await ledger.claimable(top, currency)).to.equal(700n);
    });

    it("is not stopped by somebody who uses the permit first", async () => {
      const { core, ledger, token, top, currency, dave, stranger } = await loadFixture(chain);
      const deadline = 2n ** 40n;
      const { v, r, s } = await permitOf(core, currency, 700n, deadline);
      const permit = token.connect(stranger) as unknown as {
        getFunction(name: string): (...args: unknown[]) => unknown;
      };
      await permit.getFunction("permit")(dave.address, core.house.ledger, 700n, deadline, v, r, s);
      await ledger.connect(dave).payWithPermit(top, currency, 700n, deadline, v, r, s);
      expect(await ledger.claimable(top, currency)).to.equal(700n);
    });

    it("takes nothing with a bad permit, nor from anybody but the caller", async () => {
      const { core, ledger, token, top, currency, stranger } = await loadFixture(chain);
      const deadline = 2n ** 40n;
      const { v, r, s } = await permitOf(core, currency, 700n, deadline);
      await expect(
        ledger.connect(stranger).payWithPermit(top, currency, 700n, deadline, v, r, s),
      ).to.be.revertedWithCustomError(token as never, "ERC20InsufficientAllowance");
    });
  });

  describe("payWithAuthorization", () => {
    it("lets anybody send what the payer signed, to the work he signed for only, once", async () => {
      const { core, ledger, token, top, middle, currency, dave, stranger } = await loadFixture(chain);
      const salt = ethers.id("salt");
      const { v, r, s } = await authorizationOf(core, currency, 900n, top, salt);
      const send = (workId: bigint, salted = salt) =>
        ledger
          .connect(stranger)
          .payWithAuthorization(dave.address, workId, currency, 900n, 0n, 2n ** 40n, salted, v, r, s);
      await expect(send(middle)).to.be.revertedWithCustomError(token as never, "PermitTokenBadSignature");
      await expect(send(top)).to.emit(ledger, "Paid").withArgs(top, currency, dave.address, 900n, 0n, 0n);
      expect(await ledger.claimable(top, currency)).to.equal(900n);
      await expect(send(top)).to.be.revertedWithCustomError(token as never, "PermitTokenUsed");
      expect(await token.balanceOf(core.house.ledger)).to.equal(900n);
    });

    it("refuses unknown works before it takes anything", async () => {
      const { core, ledger, currency, dave } = await loadFixture(chain);
      const { v, r, s } = await authorizationOf(core, currency, 900n, 9n, ethers.ZeroHash);
      await expect(
        ledger.payWithAuthorization(dave.address, 9n, currency, 900n, 0n, 2n ** 40n, ethers.ZeroHash, v, r, s),
      )
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerUnknownWork")
        .withArgs(9n);
    });
  });

  describe("payFrom", () => {
    it("is for the payers of the set, from the payer's approval or the module's own money", async () => {
      const { core, ledger, top, market, dave, stranger } = await loadFixture(chain);
      const { token, currency } = await tokenFor(core, "PlainToken", dave, market);
      await expect(ledger.connect(market).payFrom(dave.address, top, currency, 10n, 3, 77n))
        .to.emit(ledger, "Paid")
        .withArgs(top, currency, dave.address, 10n, 3n, 77n);
      await ledger.connect(market).payFrom(market.address, top, currency, 5n, 3, 77n);
      expect(await token.balanceOf(core.house.ledger)).to.equal(15n);
      await expect(ledger.connect(stranger).payFrom(dave.address, top, currency, 10n, 3, 77n))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerNotModule")
        .withArgs(stranger.address);
      expect(await ledger.isPayer(market.address)).to.equal(true);
      expect(await ledger.isPayer(core.disputes.address)).to.equal(false);
    });
  });

  describe("relative edges", () => {
    it("enter the parent as direct revenue, so its ancestors get their part of the part", async () => {
      const { core, works, ledger, top, middle, dave } = await loadFixture(chain);
      // 20 % to the middle, of which 10 % go to the root.
      const leaf = await derive(core, core.carol, "relative", [{ id: middle, share: 200_000, mode: RELATIVE }]);
      expect(await works.stackOf(leaf)).to.equal(200_000n);
      const edge = await works.edgeOf(leaf, 0n);
      expect([edge.parentStack, edge.mode]).to.deep.equal([0n, 1n]);
      await ledger.connect(dave).pay(leaf, COIN, 1000n, { value: 1000n });
      expect(await ledger.claimable(leaf, COIN)).to.equal(800n);
      await expect(ledger.pullPath(leaf, [0n, 0n], COIN))
        .to.emit(ledger, "Pulled")
        .withArgs(leaf, middle, COIN, 1000n, 200n)
        .and.to.emit(ledger, "Pulled")
        .withArgs(middle, top, COIN, 200n, 20n);
      expect((await ledger.accountOf(middle, COIN)).toObject()).to.deep.equal({
        direct: 200n,
        passed: 0n,
        earned: 0n,
        claimed: 0n,
      });
      expect(await ledger.claimable(middle, COIN)).to.equal(180n);
      expect(await ledger.claimable(top, COIN)).to.equal(20n);
    });

    it("earn the same by many small pulls as by a large one", async () => {
      const { core, ledger, middle, dave } = await loadFixture(chain);
      const leaf = await derive(core, core.carol, "relative", [{ id: middle, share: 300_000, mode: RELATIVE }]);
      for (let i = 0; i < 10; ++i) {
        await ledger.connect(dave).pay(leaf, COIN, 1n, { value: 1n });
        await ledger.pull(leaf, 0n, COIN);
      }
      expect((await ledger.accountOf(middle, COIN)).direct).to.equal(3n);
    });

    it("stand beside absolute ones on one work", async () => {
      const { core, works, ledger, top, middle, dave } = await loadFixture(chain);
      const both = await derive(core, core.carol, "both", [
        { id: middle, share: 100_000 },
        { id: top, share: 50_000, mode: RELATIVE },
      ]);
      expect(await works.stackOf(both)).to.equal(250_000n);
      await ledger.connect(dave).pay(both, COIN, 1000n, { value: 1000n });
      await ledger.pullMany([both, both, middle], [0n, 1n, 0n], COIN);
      expect(await ledger.claimable(both, COIN)).to.equal(750n);
      expect(await ledger.claimable(middle, COIN)).to.equal(100n);
      expect(await ledger.claimable(top, COIN)).to.equal(150n);
    });

    it("with no share carry nothing, whatever the parent owes", async () => {
      const { core, ledger, middle, dave } = await loadFixture(chain);
      const free = await derive(core, core.carol, "free", [{ id: middle, share: 0, mode: RELATIVE }]);
      await ledger.connect(dave).pay(free, COIN, 1000n, { value: 1000n });
      expect(await ledger.pullable(free, 0n, COIN)).to.equal(0n);
      expect(await ledger.claimable(free, COIN)).to.equal(1000n);
    });

    it("of an unknown mode are refused", async () => {
      const { core, works, top } = await loadFixture(chain);
      await expect(derive(core, core.carol, "odd", [{ id: top, share: 1, mode: 2 }]))
        .to.be.revertedWithCustomError(works, "WorkRegistryBadMode")
        .withArgs(2n);
    });
  });

  describe("pullMany", () => {
    it("pulls many edges in one call, at most 64, and refuses lists that do not fit", async () => {
      const { core, ledger, top, middle, leaf, dave } = await loadFixture(chain);
      await ledger.connect(dave).pay(leaf, COIN, 1000n, { value: 1000n });
      await ledger.pullMany([leaf, middle], [0n, 0n], COIN);
      expect(await ledger.claimable(top, COIN)).to.equal(100n);
      await expect(ledger.pullMany(Array(65).fill(leaf), Array(65).fill(0n), COIN))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerTooManyPulls")
        .withArgs(65n);
      await expect(ledger.pullMany([leaf, middle], [0n], COIN)).to.be.revertedWithCustomError(
        ledger,
        "RoyaltyLedgerTooManyPulls",
      );
      await expect(ledger.pullMany([leaf, top], [0n, 0n], COIN))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerUnknownEdge")
        .withArgs(top, 0n);
      const works: bigint[] = [];
      for (let i = 0; i < 64; ++i) {
        works.push(await derive(core, core.carol, `many ${i}`, [{ id: top, share: 10_000 }]));
        await ledger.connect(dave).pay(works[i], COIN, 1000n, { value: 1000n });
      }
      expect(await gasOf(ledger.pullMany(works, Array(64).fill(0n), COIN))).to.be.within(1_000_000, 5_000_000);
      expect(await ledger.claimable(top, COIN)).to.equal(740n);
      expect(await gasOf(ledger.claimMany(works, COIN))).to.be.within(1_000_000, 5_000_000);
    });

    it("costs less than 5M gas along the longest path, with eight parents each", async () => {
      const { core, ledger, dave, top } = await loadFixture(chain);
      const others: { id: bigint; share: number }[] = [];
      for (let i = 0; i < 7; ++i) others.push({ id: await root(core, core.alice, `other ${i}`), share: 100 });
      let id = top;
      for (let hop = 0; hop < 32; ++hop)
        id = await derive(core, core.bob, `deep ${hop}`, [...others, { id, share: 100 }]);
      await ledger.connect(dave).pay(id, COIN, 10n ** 9n, { value: 10n ** 9n });
      expect(await gasOf(ledger.pullPath(id, Array(32).fill(7n), COIN))).to.be.within(500_000, 5_000_000);
      expect(await ledger.claimable(top, COIN)).to.equal(10n ** 5n);
    });
  });

  describe("custody", () => {
    it("keeps the revenue of a work that a contract of the set holds for others, until that contract asks", async () => {
      const { works, ledger, top, alice, shares, dave, stranger } = await loadFixture(chain);
      await works.connect(alice).transferFrom(alice.address, shares.address, top);
      await ledger.connect(dave).pay(top, COIN, 1000n, { value: 1000n });
      for (const call of [() => ledger.connect(stranger).claim(top, COIN), () => ledger.claimMany([top], COIN)]) {
        await expect(call())
          .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerInCustody")
          .withArgs(top, shares.address);
      }
      await expect(ledger.connect(shares).claimTo(top, COIN, dave.address)).to.changeEtherBalances(
        ethers,
        [dave],
        [1000n],
      );
      await ledger.connect(dave).pay(top, COIN, 10n, { value: 10n });
      await expect(ledger.connect(shares).claim(top, COIN)).to.changeEtherBalance(ethers, shares, 10n);
    });
  });

  describe("odd tokens", () => {
    it("of 0, 6 and 27 decimals are split to the unit", async () => {
      const { core, ledger, top, leaf, middle, dave } = await loadFixture(chain);
      for (const [decimals, amount] of [
        [0, 7n],
        [6, 1_000_003n],
        [27, 10n ** 30n + 7n],
      ] as const) {
        const token = await ethers.deployContract("DecimalsToken", [decimals]);
        await token.getFunction("mint")(dave.address, amount);
        await (token.connect(dave) as typeof token).getFunction("approve")(core.house.ledger, amount);
        const currency = await token.getAddress();
        await ledger.connect(dave).pay(leaf, currency, amount);
        await ledger.pullPath(leaf, [0n, 0n], currency);
        const parts = [
          await ledger.claimable(leaf, currency),
          await ledger.claimable(middle, currency),
          await ledger.claimable(top, currency),
        ];
        expect(parts).to.deep.equal([amount - (amount * 3n + 9n) / 10n, amount / 5n, amount / 10n]);
      }
    });

    it("that say false are refused going in, and not lost going out", async () => {
      const { core, ledger, top, alice, dave } = await loadFixture(chain);
      const { token, currency } = await tokenFor(core, "FalseToken", dave);
      const setFailing = (value: boolean) =>
        (token as unknown as { getFunction(name: string): (value: boolean) => Promise<unknown> }).getFunction(
          "setFailing",
        )(value);
      await ledger.connect(dave).pay(top, currency, 100n);
      await setFailing(true);
      await expect(ledger.connect(dave).pay(top, currency, 100n)).to.be.revertedWithCustomError(
        ledger,
        "SafeERC20FailedOperation",
      );
      await expect(ledger.claim(top, currency)).to.be.revertedWithCustomError(ledger, "SafeERC20FailedOperation");
      expect(await ledger.claimable(top, currency)).to.equal(100n);
      await setFailing(false);
      await ledger.claim(top, currency);
      expect(await token.balanceOf(alice.address)).to.equal(100n);
    });

    it("of 96 bits work up to their limit", async () => {
      const { core, ledger, top, alice, dave } = await loadFixture(chain);
      const { token, currency } = await tokenFor(core, "Uint96Token", dave);
      const most = 2n ** 96n - 1n - 10n ** 24n;
      await token.mint(dave.address, most);
      await ledger.connect(dave).pay(top, currency, most);
      await ledger.claim(top, currency);
      expect(await token.balanceOf(alice.address)).to.equal(most);
    });

    it("that shrink by themselves hurt their own users only", async () => {
      const { core, ledger, top, alice, dave } = await loadFixture(chain);
      const { token, currency } = await tokenFor(core, "RebasingToken", dave);
      const { token: plain, currency: other } = await tokenFor(core, "PlainToken", dave);
      await ledger.connect(dave).pay(top, currency, 1000n);
      await ledger.connect(dave).pay(top, other, 1000n);
      await ledger.connect(dave).pay(top, COIN, 1000n, { value: 1000n });
      await (token as unknown as { getFunction(name: string): (value: bigint) => Promise<unknown> }).getFunction(
        "rebase",
      )(500_000n);
      await expect(ledger.claim(top, currency)).to.revert(ethers);
      await ledger.claim(top, other);
      expect(await plain.balanceOf(alice.address)).to.equal(1000n);
      await expect(ledger.claim(top, COIN)).to.changeEtherBalance(ethers, alice, 1000n);
    });
  });

  it("shows no more than is there to whoever looks in the middle of a claim (read-only reentrancy)", async () => {
    const { works, ledger, top, middle, alice, dave } = await loadFixture(chain);
    const puppet = await deployPuppet();
    await puppet.setTakesCoin(true);
    await works.connect(alice).transferFrom(alice.address, await puppet.getAddress(), top);
    await ledger.connect(dave).pay(top, COIN, 1000n, { value: 1000n });
    await ledger.connect(dave).pay(middle, COIN, 1000n, { value: 1000n });
    const look = async (name: string, args: unknown[]) => {
      await ledger.connect(dave).pay(top, COIN, 1000n, { value: 1000n });
      await puppet.arm(ledger.getAddress(), ledger.interface.encodeFunctionData(name, args));
      await ledger.claim(top, COIN);
      expect(await puppet.succeeded()).to.equal(true);
      return ethers.AbiCoder.defaultAbiCoder().decode(["uint256"], await puppet.answer())[0];
    };
    expect(await look("claimable", [top, COIN])).to.equal(0n);
    expect(await look("claimable", [middle, COIN])).to.equal(900n);
    expect(await look("pullable", [middle, 0n, COIN])).to.equal(1000n);
    expect(await look("balanceOf", [alice.address, COIN])).to.equal(0n);
  });
});
