import { expect } from "chai";
import { COIN, DAY, newWork } from "../house.ts";
import { ethers, loadFixture, time } from "../network.ts";
import { deployEdges, root } from "./core-house.ts";
import { SIGNED_CALL_TYPES, type SignedCall, sign, withSigDomain } from "./signed-call.ts";

/** Order of secp256k1: s and n - s sign the same. */
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Alice signs to register a work; the stranger sends. */
async function signed() {
  const core = await deployEdges();
  const { works, alice } = core;
  const call: SignedCall = {
    signer: alice.address,
    target: core.house.works,
    value: 0n,
    nonce: 7n,
    deadline: BigInt((await time.latest()) + DAY),
    data: works.interface.encodeFunctionData("register", [newWork("signed")]),
  };
  const send = (sent: SignedCall, signature: string, value = 0n) =>
    core.withSig.connect(core.stranger).send(sent, signature, { value });
  return { ...core, core, call, send };
}

describe("WithSig", () => {
  it("sends a call for its signer, who pays nothing and acts himself", async () => {
    const { core, works, withSig, alice, stranger, call, send } = await loadFixture(signed);
    const sent = send(call, await sign(core, alice, call));
    await expect(sent)
      .to.emit(withSig, "SignedCallSent")
      .withArgs(alice.address, core.house.works, 7n, stranger.address)
      .and.to.emit(withSig, "NonceUsed")
      .withArgs(alice.address, 7n);
    await expect(sent).to.changeEtherBalance(ethers, alice, 0n);
    expect(await works.ownerOf(1n)).to.equal(alice.address);
    expect(await withSig.nonceUsed(alice.address, 7n)).to.equal(true);
    expect(await withSig.nonceUsed(alice.address, 8n)).to.equal(false);
  });

  it("hands the target's answer back", async () => {
    const { core, withSig, alice, call } = await loadFixture(signed);
    expect(await withSig.send.staticCall(call, await sign(core, alice, call))).to.equal(ethers.toBeHex(1n, 32));
  });

  it("agrees with EIP-712 about the digest", async () => {
    const { core, withSig, call } = await loadFixture(signed);
    expect(await withSig.digestOf(call)).to.equal(
      ethers.TypedDataEncoder.hash(await withSigDomain(core), SIGNED_CALL_TYPES, call),
    );
  });

  describe("a signature", () => {
    it("is good for the whole call and nothing else", async () => {
      const { core, withSig, works, alice, bob, call, send } = await loadFixture(signed);
      const signature = await sign(core, alice, call);
      const other = works.interface.encodeFunctionData("register", [newWork("other")]);
      for (const changed of [
        { signer: bob.address },
        { target: core.house.ledger },
        { nonce: 8n },
        { deadline: call.deadline + 1n },
        { data: other },
        { data: "0x" },
        { data: `${call.data}00` },
      ]) {
        const tampered = { ...call, ...changed };
        await expect(send(tampered, signature))
          .to.be.revertedWithCustomError(withSig, "WithSigBadSignature")
          .withArgs(tampered.signer);
      }
      await expect(send({ ...call, value: 1n }, signature, 1n)).to.be.revertedWithCustomError(
        withSig,
        "WithSigBadSignature",
      );
    });

    it("is good on one chain and for one forwarder", async () => {
      const { core, withSig, alice, call, send } = await loadFixture(signed);
      const domain = await withSigDomain(core);
      for (const other of [
        { ...domain, chainId: 1n },
        { ...domain, verifyingContract: core.house.works },
        { ...domain, name: "Other" },
        { ...domain, version: "2" },
      ]) {
        const signature = await alice.signTypedData(other, SIGNED_CALL_TYPES, call);
        await expect(send(call, signature)).to.be.revertedWithCustomError(withSig, "WithSigBadSignature");
      }
    });

    it("is good once, whatever its bytes", async () => {
      const { core, withSig, alice, call, send } = await loadFixture(signed);
      const signature = await sign(core, alice, call);
      const { r, s, v } = ethers.Signature.from(signature);
      const flipped = ethers.concat([
        r,
        ethers.toBeHex(CURVE_ORDER - BigInt(s), 32),
        ethers.toBeHex(v === 27 ? 28 : 27, 1),
      ]);
      for (const bytes of [flipped, ethers.dataSlice(signature, 0, 64), "0x", `0x${"00".repeat(65)}`]) {
        await expect(send(call, bytes)).to.be.revertedWithCustomError(withSig, "WithSigBadSignature");
      }
      await send(call, signature);
      for (const bytes of [signature, flipped]) {
        await expect(send(call, bytes))
          .to.be.revertedWithCustomError(withSig, "WithSigNonceUsed")
          .withArgs(alice.address, 7n);
      }
    });

    it("is good until its deadline", async () => {
      const { core, withSig, alice, call, send } = await loadFixture(signed);
      const signature = await sign(core, alice, call);
      await time.setNextBlockTimestamp(call.deadline + 1n);
      await expect(send(call, signature))
        .to.be.revertedWithCustomError(withSig, "WithSigExpired")
        .withArgs(call.deadline);
      const late = { ...call, nonce: 9n, deadline: call.deadline + 100n };
      await time.setNextBlockTimestamp(late.deadline);
      await send(late, await sign(core, alice, late));
    });

    it("is taken back with its nonce, by the signer only; others' nonces stay good", async () => {
      const { core, withSig, alice, bob, call, send } = await loadFixture(signed);
      const signature = await sign(core, alice, call);
      await withSig.connect(bob).cancelNonce(7n);
      expect(await withSig.nonceUsed(alice.address, 7n)).to.equal(false);
      await withSig.connect(alice).cancelNonce(7n);
      await expect(send(call, signature)).to.be.revertedWithCustomError(withSig, "WithSigNonceUsed");
      await expect(withSig.connect(alice).cancelNonce(7n)).to.be.revertedWithCustomError(withSig, "WithSigNonceUsed");
      const next = { ...call, nonce: 6n };
      await send(next, await sign(core, alice, next));
    });

    it("may be a contract's (ERC-1271)", async () => {
      const { core, withSig, works, bob, call, send } = await loadFixture(signed);
      const wallet = await ethers.deployContract("SignerContract", [bob.address]);
      const ofWallet = { ...call, signer: await wallet.getAddress() };
      await expect(send(ofWallet, await sign(core, core.alice, ofWallet))).to.be.revertedWithCustomError(
        withSig,
        "WithSigBadSignature",
      );
      await send(ofWallet, await sign(core, bob, ofWallet));
      expect(await works.ownerOf(1n)).to.equal(ofWallet.signer);
    });
  });

  describe("what it can't be used for", () => {
    it("another's call: the sender of the transaction is nobody to the target", async () => {
      const { core, works, alice, stranger, call, send } = await loadFixture(signed);
      await send(call, await sign(core, alice, call));
      const theft: SignedCall = {
        ...call,
        signer: stranger.address,
        data: works.interface.encodeFunctionData("transferFrom", [alice.address, stranger.address, 1n]),
      };
      await expect(send(theft, await sign(core, stranger, theft)))
        .to.be.revertedWithCustomError(works, "ERC721InsufficientApproval")
        .withArgs(stranger.address, 1n);
      // The signer appended by hand is only more data: the forwarder appends the real one behind it.
      const forged = { ...theft, nonce: 8n, data: ethers.concat([theft.data, alice.address]) };
      await expect(send(forged, await sign(core, stranger, forged)))
        .to.be.revertedWithCustomError(works, "ERC721InsufficientApproval")
        .withArgs(stranger.address, 1n);
    });

    it("a signer's suffix by anybody but the forwarder", async () => {
      const { core, works, alice, stranger, call, send } = await loadFixture(signed);
      await send(call, await sign(core, alice, call));
      const data = works.interface.encodeFunctionData("transferFrom", [alice.address, stranger.address, 1n]);
      await expect(
        stranger.sendTransaction({ to: core.house.works, data: ethers.concat([data, alice.address]) }),
      ).to.be.revertedWithCustomError(works, "ERC721InsufficientApproval");
    });

    it("a call of itself, nested or not, and of contracts that do not trust it", async () => {
      const { core, withSig, alice, stranger, call, send } = await loadFixture(signed);
      const inner = withSig.interface.encodeFunctionData("send", [call, await sign(core, alice, call)]);
      const cancel = withSig.interface.encodeFunctionData("cancelNonce", [7n]);
      for (const [nonce, data] of [
        [20n, inner],
        [21n, cancel],
      ] as const) {
        const nested = { ...call, signer: stranger.address, target: core.house.withSig, nonce, data };
        await expect(send(nested, await sign(core, stranger, nested)))
          .to.be.revertedWithCustomError(withSig, "WithSigUntrustingTarget")
          .withArgs(core.house.withSig);
      }
      const token = await ethers.deployContract("PlainToken");
      for (const target of [await token.getAddress(), alice.address]) {
        const outside = { ...call, target, nonce: 22n };
        await expect(send(outside, await sign(core, alice, outside)))
          .to.be.revertedWithCustomError(withSig, "WithSigUntrustingTarget")
          .withArgs(target);
      }
    });

    it("the module's rights: to the set's contracts the forwarder itself is nobody", async () => {
      const { core, ledger, works, market, disputes, call, send } = await loadFixture(signed);
      const id = await root(core, core.alice, "target");
      const attempts = [
        [
          market,
          core.house.ledger,
          ledger,
          "payFrom",
          [core.alice.address, id, COIN, 0n, 3, 0n],
          "RoyaltyLedgerNotModule",
        ],
        [disputes, core.house.ledger, ledger, "hold", [id, [COIN]], "RoyaltyLedgerNotDisputes"],
        [market, core.house.works, works, "registerFor", [core.alice.address, newWork("x")], "WorkRegistryNotModule"],
        [disputes, core.house.works, works, "clearContent", [id], "WorkRegistryNotModule"],
      ] as const;
      for (const [signer, target, contract, name, args, error] of attempts) {
        const data = contract.interface.encodeFunctionData(name, args);
        const attempt = { ...call, signer: signer.address, target, data };
        await expect(send(attempt, await sign(core, signer, attempt)))
          .to.be.revertedWithCustomError(contract, error)
          .withArgs(core.house.withSig);
      }
    });

    it("the same call again from inside, by a target that calls back", async () => {
      const { core, withSig, works, alice, stranger, call, send } = await loadFixture(signed);
      const trap = await ethers.deployContract("TrustingTarget");
      const target = await trap.getAddress();
      const outer = { ...call, target, nonce: 30n, data: "0x12345678" };
      const signature = await sign(core, alice, outer);
      await trap.getFunction("arm")(
        core.house.withSig,
        withSig.interface.encodeFunctionData("send", [outer, signature]),
      );
      await send(outer, signature);
      expect(await trap.getFunction("succeeded")()).to.equal(false);
      expect((await trap.getFunction("answer")()).slice(0, 10)).to.equal(
        ethers.id("WithSigNonceUsed(address,uint256)").slice(0, 10),
      );
      // Nor can the target act for the signer directly: to the registry it is itself.
      await root(core, alice, "prey");
      const theft = works.interface.encodeFunctionData("transferFrom", [alice.address, stranger.address, 1n]);
      const again = { ...outer, nonce: 31n };
      await trap.getFunction("arm")(core.house.works, ethers.concat([theft, alice.address]));
      await send(again, await sign(core, alice, again));
      expect(await trap.getFunction("succeeded")()).to.equal(false);
      expect(await works.ownerOf(1n)).to.equal(alice.address);
    });

    it("another amount of coin than was signed; none stays behind", async () => {
      const { core, withSig, ledger, alice, call, send } = await loadFixture(signed);
      const id = await root(core, alice, "paid");
      const gift = {
        ...call,
        target: core.house.ledger,
        value: 100n,
        data: ledger.interface.encodeFunctionData("pay", [id, COIN, 100n]),
      };
      const signature = await sign(core, alice, gift);
      for (const value of [0n, 99n, 101n]) {
        await expect(send(gift, signature, value))
          .to.be.revertedWithCustomError(withSig, "WithSigWrongValue")
          .withArgs(100n, value);
      }
      await expect(send(gift, signature, 100n))
        .to.emit(ledger, "Paid")
        .withArgs(id, COIN, alice.address, 100n, 0n, 0n);
      expect(await ethers.provider.getBalance(core.house.withSig)).to.equal(0n);
      await expect(core.stranger.sendTransaction({ to: core.house.withSig, value: 1n })).to.revert(ethers);
    });
  });

  it("passes the target's own error on, and leaves the nonce unused", async () => {
    const { core, works, withSig, alice, call, send } = await loadFixture(signed);
    await root(core, core.bob, "signed");
    const signature = await sign(core, alice, call);
    await expect(send(call, signature))
      .to.be.revertedWithCustomError(works, "WorkRegistryAlreadyRegistered")
      .withArgs(newWork("signed").contentHash, 1n);
    expect(await withSig.nonceUsed(alice.address, 7n)).to.equal(false);
  });
});
