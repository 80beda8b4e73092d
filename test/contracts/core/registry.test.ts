import { expect } from "chai";
import { COIN, DAY, newWork } from "../house.ts";
import { ethers, loadFixture, time } from "../network.ts";
import { deployCore, deployEdges, derive, gasOf, type RegistryContract, root } from "./core-house.ts";

const SALT = ethers.id("salt");

/** A binary tree over the leaves, with sorted pairs, as the registry's proofs want it. */
function treeOf(leaves: string[]): { root: string; proofs: string[][] } {
  let level = leaves;
  let groups = leaves.map((_, i) => [i]);
  const proofs: string[][] = leaves.map(() => []);
  while (level.length > 1) {
    const next: string[] = [];
    const merged: number[][] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left = "", right] = [level[i], level[i + 1]];
      const [ofLeft = [], ofRight = []] = [groups[i], groups[i + 1]];
      if (right === undefined) {
        next.push(left);
      } else {
        for (const leaf of ofLeft) proofs[leaf]?.push(right);
        for (const leaf of ofRight) proofs[leaf]?.push(left);
        next.push(ethers.keccak256(ethers.concat([left, right].toSorted())));
      }
      merged.push([...ofLeft, ...ofRight]);
    }
    level = next;
    groups = merged;
  }
  return { root: level[0] ?? ethers.ZeroHash, proofs };
}

async function committed() {
  const core = await deployCore();
  const names = ["one", "two", "three", "four", "five"];
  const leaves = await Promise.all(
    names.map((name) => core.works.leafOf(newWork(name).contentHash, core.alice.address, SALT) as Promise<string>),
  );
  const tree = treeOf(leaves);
  await core.works.connect(core.alice).commit(tree.root);
  return { ...core, tree, names, leaves, committedAt: BigInt(await time.latest()) };
}

async function register(works: RegistryContract, seed: string) {
  await works.register(newWork(seed));
  return await works.totalWorks();
}

describe("WorkRegistry: dates, links and rulings", () => {
  describe("commit and registerCommitted", () => {
    it("date every work of a tree with the commitment's time", async () => {
      const { works, tree, names, alice, committedAt } = await loadFixture(committed);
      await time.increase(100 * DAY);
      for (const [i, name] of names.entries()) {
        await expect(works.connect(alice).registerCommitted(newWork(name), tree.root, SALT, tree.proofs[i]))
          .to.emit(works, "PrioritySet")
          .withArgs(BigInt(i + 1), tree.root, committedAt);
        expect(await works.priorityAt(BigInt(i + 1))).to.equal(committedAt);
        const stored = await works.workOf(BigInt(i + 1));
        expect(stored.priorityAt).to.equal(committedAt);
        expect(stored.registeredAt > committedAt + 99n).to.equal(true);
      }
    });

    it("hash a leaf twice, of content, owner and salt", async () => {
      const { alice, leaves } = await loadFixture(committed);
      const inner = ethers.keccak256(
        ethers.AbiCoder.defaultAbiCoder().encode(
          ["bytes32", "address", "bytes32"],
          [newWork("one").contentHash, alice.address, SALT],
        ),
      );
      expect(leaves[0]).to.equal(ethers.keccak256(inner));
    });

    it("keep the first time of a root", async () => {
      const { works, tree, stranger, committedAt } = await loadFixture(committed);
      await expect(works.connect(stranger).commit(tree.root))
        .to.be.revertedWithCustomError(works, "WorkRegistryAlreadyCommitted")
        .withArgs(tree.root, committedAt);
      expect(await works.rootCommittedAt(tree.root)).to.equal(committedAt);
    });

    it("are of no use to whoever copies leaf, salt and proof", async () => {
      const { works, tree, stranger, alice } = await loadFixture(committed);
      const copy = (who: typeof stranger, seed: string, salt: string, proof: unknown) =>
        works.connect(who).registerCommitted(newWork(seed), tree.root, salt, proof);
      for (const [who, seed, salt, proof] of [
        [stranger, "one", SALT, tree.proofs[0]],
        [alice, "other", SALT, tree.proofs[0]],
        [alice, "one", ethers.id("pepper"), tree.proofs[0]],
        [alice, "one", SALT, tree.proofs[1]],
        [alice, "one", SALT, []],
      ] as const) {
        await expect(copy(who, seed, salt, proof))
          .to.be.revertedWithCustomError(works, "WorkRegistryNotCommitted")
          .withArgs(tree.root);
      }
      await expect(
        works.connect(alice).registerCommitted(newWork("one"), ethers.id("no root"), SALT, tree.proofs[0]),
      ).to.be.revertedWithCustomError(works, "WorkRegistryNotCommitted");
    });

    it("win nothing by themselves: an older commitment shows its date, the work stays registered", async () => {
      const { works, tree, alice, bob, committedAt } = await loadFixture(committed);
      await works.connect(bob).register(newWork("one"));
      const proof = [alice.address, tree.root, SALT, tree.proofs[0]];
      expect(await works.committedAt(newWork("one").contentHash, ...proof)).to.equal(committedAt);
      expect(await works.proveEarlierCommit(1n, ...proof)).to.equal(true);
      expect(await works.proveEarlierCommit(1n, bob.address, tree.root, SALT, tree.proofs[0])).to.equal(false);
      expect(await works.priorityAt(1n)).to.equal(BigInt(await time.latest()));
      await expect(works.connect(alice).registerCommitted(newWork("one"), tree.root, SALT, tree.proofs[0]))
        .to.be.revertedWithCustomError(works, "WorkRegistryAlreadyRegistered")
        .withArgs(newWork("one").contentHash, 1n);
      expect(await works.ownerOf(1n)).to.equal(bob.address);
    });

    it("of a later time prove nothing against a registered work", async () => {
      const { works, alice, bob } = await loadFixture(deployCore);
      await works.connect(bob).register(newWork("late"));
      const leaf = await works.leafOf(newWork("late").contentHash, alice.address, SALT);
      await works.connect(alice).commit(leaf);
      expect(await works.proveEarlierCommit(1n, alice.address, leaf, SALT, [])).to.equal(false);
    });
  });

  describe("registerMany", () => {
    it("registers up to 32 works of the caller, all or none, for less than 5M gas", async () => {
      const { works, alice } = await loadFixture(deployCore);
      const many = Array.from({ length: 33 }, (_, i) => ({
        ...newWork(`many ${i}`),
        provenanceHash: ethers.id(`receipt ${i}`),
      }));
      await expect(works.connect(alice).registerMany(many))
        .to.be.revertedWithCustomError(works, "WorkRegistryTooManyWorks")
        .withArgs(33n);
      expect(await works.connect(alice).registerMany.staticCall(many.slice(0, 3))).to.equal(1n);
      const gas = await gasOf(works.connect(alice).registerMany(many.slice(0, 32)));
      expect(gas).to.be.within(3_000_000, 5_000_000);
      expect(await works.totalWorks()).to.equal(32n);
      expect(await works.balanceOf(alice.address)).to.equal(32n);
      expect(await works.workByContent(newWork("many 31").contentHash)).to.equal(32n);
      await expect(
        works.connect(alice).registerMany([newWork("fresh"), newWork("many 5")]),
      ).to.be.revertedWithCustomError(works, "WorkRegistryAlreadyRegistered");
      expect(await works.workByContent(newWork("fresh").contentHash)).to.equal(0n);
    });
  });

  describe("registerFor", () => {
    it("is for license token, marketplace and co-creation; for derivatives without the marketplace", async () => {
      const { works, market, alice, bob } = await loadFixture(deployCore);
      await works.connect(market).registerFor(bob.address, newWork("lazy"));
      expect(await works.ownerOf(1n)).to.equal(bob.address);
      await expect(works.connect(market).registerDerivativeFor(bob.address, newWork("x"), [1n]))
        .to.be.revertedWithCustomError(works, "WorkRegistryNotModule")
        .withArgs(market.address);
      await expect(works.connect(alice).registerFor(bob.address, newWork("x")))
        .to.be.revertedWithCustomError(works, "WorkRegistryNotModule")
        .withArgs(alice.address);
    });
  });

  describe("registerDerivative", () => {
    it("with eight parents costs less than 5M gas", async () => {
      const core = await loadFixture(deployEdges);
      const ids: bigint[] = [];
      for (let i = 0; i < 8; ++i) {
        const id = await root(core, core.alice, `parent ${i}`);
        await core.licenses.issue(id, 1000 * (i + 1), i % 2);
        ids.push(BigInt(i + 1));
      }
      const call = core.works.connect(core.bob).registerDerivative(newWork("eight"), ids);
      expect(await gasOf(call)).to.be.within(200_000, 5_000_000);
      const edges = await core.works.edgesOf(9n);
      expect(edges.map((edge: { toObject(): object }) => edge.toObject())).to.deep.equal(
        ids.map((parent, i) => ({ parent, share: BigInt(1000 * (i + 1)), parentStack: 0n, mode: BigInt(i % 2) })),
      );
    });
  });

  describe("registerExternal", () => {
    it("links a token elsewhere, and says whether the owner holds it where that can be seen", async () => {
      const core = await loadFixture(deployEdges);
      const { works, alice, bob } = core;
      const id = await root(core, alice, "linked");
      const other = await root(core, bob, "foreign");
      const { chainId } = await ethers.provider.getNetwork();
      const registry = core.house.works;
      const link = (chain: bigint, token: string, tokenId: bigint) =>
        works.connect(alice).registerExternal(id, chain, token, tokenId);
      for (const [chain, token, tokenId, owned] of [
        [chainId, registry, id, true],
        [chainId, registry, other, false],
        [chainId, registry, 99n, false],
        [chainId, bob.address, 1n, false],
        [chainId, core.house.ledger, 1n, false],
        [1n, registry, id, false],
      ] as const) {
        await expect(link(chain, token, tokenId))
          .to.emit(works, "ExternalLinked")
          .withArgs(id, chain, token, tokenId, owned);
        expect((await works.externalOf(id)).toObject()).to.deep.equal({ chainId: chain, token, tokenId });
      }
      // A link is no custody: the foreign token stayed where it was.
      expect(await works.ownerOf(other)).to.equal(bob.address);
      await expect(works.connect(bob).registerExternal(id, 1n, registry, 1n))
        .to.be.revertedWithCustomError(works, "WorkRegistryNotOwner")
        .withArgs(id, bob.address);
      await expect(works.connect(bob).registerExternal(9n, 1n, registry, 1n)).to.be.revertedWithCustomError(
        works,
        "WorkRegistryUnknownWork",
      );
    });
  });

  describe("provenance", () => {
    /** A model, a parent, and a work generated by the one from the other. */
    async function generated() {
      const core = await deployEdges();
      const { works, alice } = core;
      const model = await root(core, alice, "model", 5);
      const parent = await root(core, alice, "parent");
      const receipt = {
        modelWork: model,
        modelDigest: ethers.id("weights"),
        seed: 42n,
        paramsHash: ethers.id("params"),
        promptCommitment: ethers.id("prompt"),
        parents: [parent, model],
        operator: core.bob.address,
        document: ethers.id("document"),
      };
      await core.licenses.issue(parent, 1000, 0);
      await core.licenses.issue(model, 1000, 0);
      const provenanceHash = await works.provenanceHashOf(receipt);
      await works.connect(alice).registerDerivative({ ...newWork("made"), provenanceHash }, [1n, 2n]);
      return { ...core, core, model, parent, receipt, made: 3n };
    }

    it("is the receipt that was bound at registration, and no other", async () => {
      const { works, receipt, made, model, parent, stranger, bob } = await loadFixture(generated);
      expect(await works.verifyProvenance(made, receipt)).to.equal(true);
      const { modelWork, modelDigest, seed, paramsHash, promptCommitment, operator, document } = receipt;
      await expect(works.connect(stranger).showProvenance(made, receipt))
        .to.emit(works, "ProvenanceShown")
        .withArgs(made, modelWork, operator, modelDigest, seed, paramsHash, promptCommitment, document);
      for (const changed of [
        { modelWork: 0n },
        { modelDigest: ethers.ZeroHash },
        { seed: 43n },
        { paramsHash: ethers.ZeroHash },
        { promptCommitment: ethers.ZeroHash },
        { parents: [model, parent] },
        { parents: [parent] },
        { operator: stranger.address },
        { document: ethers.ZeroHash },
      ]) {
        expect(await works.verifyProvenance(made, { ...receipt, ...changed })).to.equal(false);
        await expect(works.showProvenance(made, { ...receipt, ...changed }))
          .to.be.revertedWithCustomError(works, "WorkRegistryProvenanceMismatch")
          .withArgs(made);
      }
      expect(bob.address).to.equal(operator);
    });

    it("must name the work's real parents and a model that is one, even if the hash fits", async () => {
      const { works, core, receipt, alice, parent } = await loadFixture(generated);
      for (const [i, lie] of [
        { parents: [parent] },
        { parents: [] },
        { modelWork: parent },
        { modelWork: 99n },
      ].entries()) {
        const told = { ...receipt, ...lie };
        const provenanceHash = await works.provenanceHashOf(told);
        await core.licenses.issue(parent, 0, 0);
        await core.licenses.issue(receipt.modelWork, 0, 0);
        const licenses = (await core.licenses.issued()) as bigint;
        const liar = { ...newWork(`liar ${i}`), provenanceHash };
        await works.connect(alice).registerDerivative(liar, [licenses - 1n, licenses]);
        expect(await works.verifyProvenance(await works.totalWorks(), told)).to.equal(false);
      }
      const plain = await register(works, "plain");
      expect(await works.verifyProvenance(plain, { ...receipt, parents: [] })).to.equal(false);
      await expect(works.verifyProvenance(99n, receipt)).to.be.revertedWithCustomError(
        works,
        "WorkRegistryUnknownWork",
      );
    });
  });

  describe("clearContent", () => {
    it("supersedes a work and frees its content; token, edges and income stay", async () => {
      const core = await loadFixture(deployEdges);
      const { works, ledger, alice, bob, disputes, dave } = core;
      const id = await root(core, alice, "stolen");
      const child = await derive(core, bob, "child", [{ id, share: 100_000 }]);
      const { contentHash } = newWork("stolen");
      await expect(works.connect(disputes).clearContent(id))
        .to.emit(works, "ContentCleared")
        .withArgs(id, contentHash, ethers.ZeroAddress, 0n);
      expect((await works.workOf(id)).superseded).to.equal(true);
      expect(await works.workByContent(contentHash)).to.equal(0n);
      expect(await works.ownerOf(id)).to.equal(alice.address);
      await ledger.connect(dave).pay(child, COIN, 1000n, { value: 1000n });
      await ledger.pull(child, 0n, COIN);
      await expect(ledger.claim(id, COIN)).to.changeEtherBalance(ethers, alice, 100n);
      await works.connect(bob).register(newWork("stolen"));
      expect(await works.workByContent(contentHash)).to.equal(3n);
      await expect(works.connect(disputes).clearContent(id))
        .to.be.revertedWithCustomError(works, "WorkRegistrySuperseded")
        .withArgs(id);
      expect(await works.workByContent(contentHash)).to.equal(3n);
    });

    it("keeps the content for the claimant for 30 days, so that nobody registers it in between", async () => {
      const core = await loadFixture(deployEdges);
      const { works, alice, bob, disputes } = core;
      const id = await root(core, alice, "stolen");
      const { contentHash } = newWork("stolen");
      await works.connect(disputes).clearContentFor(id, bob.address);
      const until = BigInt((await time.latest()) + 30 * DAY);
      expect(await works.reservationOf(contentHash)).to.deep.equal([bob.address, until]);
      expect(await works.workByContent(contentHash)).to.equal(0n);
      await expect(works.connect(alice).register(newWork("stolen")))
        .to.be.revertedWithCustomError(works, "WorkRegistryReserved")
        .withArgs(contentHash, bob.address, until);
      await works.connect(bob).register(newWork("stolen"));
      expect(await works.workByContent(contentHash)).to.equal(2n);
      expect(await works.reservationOf(contentHash)).to.deep.equal([ethers.ZeroAddress, 0n]);
      await works.connect(disputes).clearContentFor(2n, core.carol.address);
      await time.increase(30 * DAY + 1);
      expect(await works.reservationOf(contentHash)).to.deep.equal([ethers.ZeroAddress, 0n]);
      await works.connect(alice).register(newWork("stolen"));
      expect(await works.workByContent(contentHash)).to.equal(3n);
    });

    it("is for the dispute module and known works", async () => {
      const { works, alice, disputes } = await loadFixture(deployCore);
      for (const call of [
        () => works.connect(alice).clearContent(1n),
        () => works.connect(alice).clearContentFor(1n, alice.address),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(works, "WorkRegistryNotModule").withArgs(alice.address);
      }
      await expect(works.connect(disputes).clearContent(1n)).to.be.revertedWithCustomError(
        works,
        "WorkRegistryUnknownWork",
      );
    });
  });
});
