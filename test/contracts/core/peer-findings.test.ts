import { expect } from "chai";
import { COIN, DAY, deployPuppet, newWork } from "../house.ts";
import { ethers, loadFixture, time } from "../network.ts";
import {
  CO_CREATION_TYPES,
  coCreate,
  coCreationOf,
  SPLIT_CHANGE_TYPES,
  signAll,
  splitChangeOf,
  splitOf,
  strangers,
} from "./co-creation.ts";
import { deployEdges, derive, gasOf, root, tokenFor } from "./core-house.ts";
import { sign } from "./signed-call.ts";

/** Order of secp256k1: s and n - s sign the same. */
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const DOLLARS = 1_000_000n;

/** A root of alice's, a derivative of bob's (10 %), a work shared by carol (70 %) and dave (30 %); erin pays. */
async function family() {
  const core = await deployEdges();
  const top = await root(core, core.alice, "top");
  const child = await derive(core, core.bob, "child", [{ id: top, share: 100_000 }]);
  const split = splitOf([
    [core.carol, 700_000],
    [core.dave, 300_000],
  ]);
  const shared = await coCreate(core, core.alice, split, "shared");
  const pay = (workId: bigint, amount: bigint) =>
    core.ledger.connect(core.erin).pay(workId, COIN, amount, { value: amount });
  return { ...core, core, top, child, split, shared, pay };
}

describe("Findings at peers do not repeat", () => {
  describe("Story", () => {
    it("a disputed work's past income stays payable, and its ancestors' and descendants' income too", async () => {
      const { core, ledger, top, child, disputes, alice, bob, pay } = await loadFixture(family);
      const grandchild = await derive(core, core.carol, "grandchild", [{ id: child, share: 50_000 }]);
      await pay(child, 1000n);
      await ledger.connect(disputes).hold(child, [COIN]);
      await pay(child, 1000n);
      await pay(grandchild, 1000n);
      await ledger.pullPath(grandchild, [0n, 0n], COIN);
      await expect(ledger.claim(child, COIN)).to.changeEtherBalance(ethers, bob, 900n);
      await expect(ledger.claim(grandchild, COIN)).to.changeEtherBalance(ethers, core.carol, 850n);
      await expect(ledger.claim(top, COIN)).to.changeEtherBalance(ethers, alice, 300n);
    });

    it("a ruling whose dispute is forgotten ends by itself: nothing stays frozen", async () => {
      const { ledger, child, disputes, bob, pay } = await loadFixture(family);
      await ledger.connect(disputes).hold(child, [COIN]);
      await pay(child, 1000n);
      await time.increase(45 * DAY + 1);
      await expect(ledger.claim(child, COIN)).to.changeEtherBalance(ethers, bob, 900n);
    });

    it("an owner can't dilute his parents by works of his own in between, absolute or relative", async () => {
      const { core, ledger, top, child, bob, alice, pay } = await loadFixture(family);
      let own = child;
      for (let i = 0; i < 5; ++i)
        own = await derive(core, bob, `own ${i}`, [{ id: own, share: i % 2 === 0 ? 0 : 100_000 }]);
      await pay(own, 1000n * DOLLARS);
      await ledger.pullPath(own, Array(6).fill(0n), COIN);
      await expect(ledger.claim(top, COIN)).to.changeEtherBalance(ethers, alice, 100n * DOLLARS);
    });

    it("what a relative edge passes on is the license's choice, never less than its share to the parent", async () => {
      const { core, ledger, child, bob, pay } = await loadFixture(family);
      const relative = await derive(core, bob, "relative", [{ id: child, share: 200_000, mode: 1 }]);
      await pay(relative, 1000n);
      await ledger.pull(relative, 0n, COIN);
      expect((await ledger.accountOf(child, COIN)).direct).to.equal(200n);
    });

    it("no list of tokens can be shortened: a token that paid in can always be claimed", async () => {
      const { core, ledger, top, erin, alice, deployer } = await loadFixture(family);
      const { token, currency } = await tokenFor(core, "PlainToken", erin);
      await ledger.connect(erin).pay(top, currency, 500n);
      // The most that roles can do to a contract: close it.
      const authority = core.authority;
      const close = authority.interface.encodeFunctionData("setTargetClosed", [core.house.works, true]);
      await authority.getFunction("schedule")(await authority.getAddress(), close, 0);
      await time.increase(7 * DAY);
      await authority.getFunction("execute")(await authority.getAddress(), close);
      expect(await authority.getFunction("isTargetClosed")(core.house.works)).to.equal(true);
      await ledger.claim(top, currency);
      expect(await token.balanceOf(alice.address)).to.equal(500n);
      expect(deployer.address).not.to.equal(alice.address);
    });

    it("evidence is of no use twice, nor burned by a stranger: a commitment counts for its owner in any number of disputes", async () => {
      const { core, works, carol, stranger } = await loadFixture(family);
      const salt = ethers.id("salt");
      const leaf = await works.leafOf(newWork("top").contentHash, carol.address, salt);
      await works.connect(stranger).commit(leaf);
      await expect(works.connect(carol).commit(leaf)).to.be.revertedWithCustomError(
        works,
        "WorkRegistryAlreadyCommitted",
      );
      const date = await works.rootCommittedAt(leaf);
      for (let i = 0; i < 2; ++i) {
        expect(await works.committedAt(newWork("top").contentHash, carol.address, leaf, salt, [])).to.equal(date);
      }
      expect(await works.committedAt(newWork("top").contentHash, stranger.address, leaf, salt, [])).to.equal(0n);
      expect(core.house.works).not.to.equal(ethers.ZeroAddress);
    });

    it("the same file is one work, however it is registered", async () => {
      const { core, works, market, bob } = await loadFixture(family);
      const same = newWork("top");
      await core.licenses.issue(1n, 0, 0);
      for (const call of [
        () => works.connect(bob).register(same),
        () => works.connect(bob).registerMany([newWork("fresh"), same]),
        () => works.connect(market).registerFor(bob.address, same),
        () => works.connect(bob).registerDerivative(same, [1n]),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(works, "WorkRegistryAlreadyRegistered")
          .withArgs(same.contentHash, 1n);
      }
    });

    it("derivatives cost the same at any depth and with any number of siblings", async () => {
      const { core, works, top, alice } = await loadFixture(family);
      await root(core, alice, "aside");
      const costs: number[] = [];
      let deep = top;
      for (let i = 0; i < 20; ++i) {
        await core.licenses.issue(deep, 1000, 0);
        const wide = await core.licenses.issued();
        costs.push(await gasOf(works.connect(alice).registerDerivative(newWork(`deep ${i}`), [wide])));
        deep = await works.totalWorks();
        await core.licenses.issue(top, 1000, 0);
        const sibling = await core.licenses.issued();
        costs.push(await gasOf(works.connect(alice).registerDerivative(newWork(`wide ${i}`), [sibling])));
      }
      expect(Math.max(...costs) / Math.min(...costs)).to.be.lessThan(1.02);
    });
  });

  describe("TITLES", () => {
    it("a signature for one action is none for another: co-creation, split change and relayed call", async () => {
      const { core, coCreations, withSig, alice, bob, split } = await loadFixture(family);
      const coCreation = coCreationOf(alice, split, "second", { nonce: 5n });
      const signatures = await signAll(core, split.people, CO_CREATION_TYPES, coCreation);
      const call = {
        signer: split.payees[0] ?? "",
        target: core.house.coCreations,
        value: 0n,
        nonce: 5n,
        deadline: 2n ** 39n,
        data: coCreations.interface.encodeFunctionData("cancelNonce", [5n]),
      };
      await expect(withSig.connect(bob).send(call, signatures[0])).to.be.revertedWithCustomError(
        withSig,
        "WithSigBadSignature",
      );
      const relayed = await Promise.all(
        split.people.map((person) => sign(core, person, { ...call, signer: person.address })),
      );
      await expect(
        coCreations.connect(alice).registerCoCreated(newWork("second"), coCreation, relayed),
      ).to.be.revertedWithCustomError(coCreations, "CoCreationsBadSignature");
    });

    it("another encoding of a used signature is used too", async () => {
      const { core, withSig, alice, bob } = await loadFixture(family);
      const call = {
        signer: alice.address,
        target: core.house.works,
        value: 0n,
        nonce: 1n,
        deadline: 2n ** 39n,
        data: core.works.interface.encodeFunctionData("register", [newWork("relayed")]),
      };
      const signature = await sign(core, alice, call);
      await withSig.connect(bob).send(call, signature);
      const { r, s, v } = ethers.Signature.from(signature);
      const other = ethers.concat([r, ethers.toBeHex(CURVE_ORDER - BigInt(s), 32), v === 27 ? "0x1c" : "0x1b"]);
      const compact = ethers.Signature.from(signature).compactSerialized;
      for (const bytes of [signature, other, compact]) {
        await expect(withSig.connect(bob).send(call, bytes)).to.be.revertedWithCustomError(withSig, "WithSigNonceUsed");
      }
    });

    it("a flag that was set is stored: used signatures, superseded works and holds stay what they became", async () => {
      const { core, works, ledger, coCreations, disputes, alice, top, split } = await loadFixture(family);
      await works.connect(disputes).clearContent(top);
      await ledger.connect(disputes).hold(top, [COIN]);
      await ethers.provider.send("evm_mine", []);
      expect((await works.workOf(top)).superseded).to.equal(true);
      expect(await ledger.heldUntil(top)).not.to.equal(0n);
      await expect(works.connect(disputes).clearContent(top)).to.be.revertedWithCustomError(
        works,
        "WorkRegistrySuperseded",
      );
      await expect(ledger.connect(disputes).hold(top, [COIN])).to.be.revertedWithCustomError(
        ledger,
        "RoyaltyLedgerAlreadyHeld",
      );
      const again = coCreationOf(alice, split, "shared");
      await expect(
        coCreations
          .connect(alice)
          .registerCoCreated(newWork("shared"), again, await signAll(core, split.people, CO_CREATION_TYPES, again)),
      ).to.be.revertedWithCustomError(coCreations, "CoCreationsUsed");
    });

    it("every attribution is paid, not only the first", async () => {
      const { core, ledger, alice, pay } = await loadFixture(family);
      const parents: { id: bigint; share: number }[] = [];
      for (let i = 0; i < 8; ++i) parents.push({ id: await root(core, alice, `parent ${i}`), share: 10_000 * (i + 1) });
      const child = await derive(core, core.bob, "of eight", parents);
      await pay(child, 1000n * DOLLARS);
      for (const [i, { id, share }] of parents.entries()) {
        await ledger.pull(child, BigInt(i), COIN);
        expect(await ledger.claimable(id, COIN)).to.equal(1000n * BigInt(share));
      }
    });

    it("transferring a work moves its income; claimed before, it stays with who had it", async () => {
      const { works, ledger, top, alice, erin, pay } = await loadFixture(family);
      await pay(top, 100n);
      await ledger.claim(top, COIN);
      await pay(top, 50n);
      await works.connect(alice).transferFrom(alice.address, erin.address, top);
      await expect(ledger.claim(top, COIN)).to.changeEtherBalances(ethers, [alice, erin], [0n, 50n]);
    });

    it("transferring a co-created work does not move its income", async () => {
      const { works, ledger, shared, split, alice, erin, carol, dave, pay } = await loadFixture(family);
      await pay(shared, 100n);
      await works.connect(alice).transferFrom(alice.address, erin.address, shared);
      await pay(shared, 100n);
      await ledger.claimSplit(shared, COIN, split.payees, split.ppm);
      expect([
        await ledger.balanceOf(carol.address, COIN),
        await ledger.balanceOf(dave.address, COIN),
        await ledger.balanceOf(erin.address, COIN),
      ]).to.deep.equal([140n, 60n, 0n]);
      await expect(ledger.connect(erin).claimTo(shared, COIN, erin.address)).to.be.revertedWithCustomError(
        ledger,
        "RoyaltyLedgerHasSplit",
      );
    });

    it("the number of recipients is bounded, and one who can't take coin stops nobody else", async () => {
      const { core, ledger, coCreations, alice, bob, pay } = await loadFixture(family);
      const crowd = splitOf(strangers(65).map((person, i) => [person, i === 0 ? 1_000_000 - 64 : 1]));
      const tooMany = coCreationOf(alice, crowd, "crowd");
      await expect(
        coCreations
          .connect(alice)
          .registerCoCreated(newWork("crowd"), tooMany, await signAll(core, crowd.people, CO_CREATION_TYPES, tooMany)),
      ).to.be.revertedWithCustomError(coCreations, "CoCreationsBadSplit");
      const wallet = await ethers.deployContract("SignerContract", [bob.address]);
      const puppet = await deployPuppet();
      const address = await wallet.getAddress();
      const payees = [address, bob.address].toSorted((one, two) => (BigInt(one) < BigInt(two) ? -1 : 1));
      const coCreation = coCreationOf(alice, { payees, ppm: [500_000, 500_000] }, "pair");
      const both = await signAll(core, [bob, bob], CO_CREATION_TYPES, coCreation);
      await coCreations.connect(alice).registerCoCreated(newWork("pair"), coCreation, both);
      await pay(4n, 100n);
      await ledger.claimSplit(4n, COIN, payees, [500_000, 500_000]);
      await expect(ledger.connect(bob).withdraw(COIN)).to.changeEtherBalance(ethers, bob, 50n);
      expect(await ledger.balanceOf(address, COIN)).to.equal(50n);
      expect(await puppet.getAddress()).not.to.equal(address);
    });
  });

  describe("Splits", () => {
    it("rounding takes nothing from a minority, however often somebody claims", async () => {
      const { core, ledger, alice, erin } = await loadFixture(family);
      const people = strangers(11);
      // One with 51 %, ten with 4.9 %: each claim of 2 units alone would give one to the majority and none to the rest.
      const split = splitOf(people.map((person, i) => [person, i === 0 ? 510_000 : 49_000]));
      const workId = await coCreate(core, alice, split, "rounding");
      const { currency } = await tokenFor(core, "PlainToken", erin);
      for (let i = 0; i < 50; ++i) {
        await ledger.connect(erin).pay(workId, currency, 2n);
        await ledger.claimSplit(workId, currency, split.payees, split.ppm);
      }
      for (const [i, payee] of split.payees.entries()) {
        expect(await ledger.balanceOf(payee, currency)).to.equal((100n * BigInt(split.ppm[i] ?? 0)) / 1_000_000n);
      }
    });

    it("after a change of the split nobody is credited more than came in", async () => {
      const { ledger, shared, split, dave, carol, pay, core, coCreations } = await loadFixture(family);
      await pay(shared, 1n);
      await ledger.claimSplit(shared, COIN, split.payees, split.ppm);
      const even = splitOf([
        [carol, 500_000],
        [dave, 500_000],
      ]);
      const change = splitChangeOf(shared, even);
      await coCreations.changeSplit(
        split.payees,
        split.ppm,
        change,
        await signAll(core, split.people, SPLIT_CHANGE_TYPES, change),
      );
      // Counted from the very beginning, the second unit would be the first whole one of both.
      await pay(shared, 1n);
      await ledger.claimSplit(shared, COIN, even.payees, even.ppm);
      expect((await ledger.balanceOf(carol.address, COIN)) + (await ledger.balanceOf(dave.address, COIN))).to.equal(0n);
      await pay(shared, 1n);
      await ledger.claimSplit(shared, COIN, even.payees, even.ppm);
      expect(await ledger.balanceOf(carol.address, COIN)).to.equal(1n);
      expect(await ledger.balanceOf(dave.address, COIN)).to.equal(1n);
      expect(await ethers.provider.getBalance(core.house.ledger)).to.equal(3n);
    });

    it("a sum of parts that overflows its type is no whole", async () => {
      const { coCreations, alice } = await loadFixture(family);
      // 18 parts whose sum is 2^24 + 1e6: the whole, in the type of one part.
      const people = splitOf(strangers(18).map((person) => [person, 987_000]));
      const sum = (parts: number[]) => parts.reduce((total, part) => total + part, 0);
      people.ppm[0] = 2 ** 24 + 1_000_000 - sum(people.ppm.slice(1));
      expect(sum(people.ppm) % 2 ** 24).to.equal(1_000_000);
      expect(sum(people.ppm)).to.be.greaterThan(1_000_000);
      const coCreation = coCreationOf(alice, people, "overflow");
      await expect(
        coCreations.connect(alice).registerCoCreated(
          newWork("overflow"),
          coCreation,
          people.payees.map(() => "0x"),
        ),
      ).to.be.revertedWithCustomError(coCreations, "CoCreationsBadSplit");
    });

    it("nobody can pay out balances to himself, nor be paid for paying out others'", async () => {
      const { ledger, shared, split, stranger, pay } = await loadFixture(family);
      await pay(shared, 1000n);
      const claim = ledger.connect(stranger).claimSplit(shared, COIN, split.payees, split.ppm);
      await claim;
      expect(await ledger.balanceOf(stranger.address, COIN)).to.equal(0n);
      await expect(ledger.connect(stranger).withdraw(COIN)).not.to.emit(ledger, "Withdrawn");
      const forged = splitOf([[stranger, 1_000_000]]);
      await expect(ledger.claimSplit(shared, COIN, forged.payees, forged.ppm))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerNotTheSplit")
        .withArgs(shared);
    });
  });
});
