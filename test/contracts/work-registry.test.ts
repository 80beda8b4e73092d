import { expect } from "chai";
import { cidOfDigest } from "../../common/digest.ts";
import { deployHouse, freeLicense, newWork, offerOf, registerChild, registerRoot, remixTerms, terms } from "./house.ts";
import { ethers, loadFixture, time } from "./network.ts";

describe("WorkRegistry", () => {
  describe("register", () => {
    it("stores what was registered, from id 1 on, with the block's time", async () => {
      const { works, alice } = await loadFixture(deployHouse);
      expect(await works.totalWorks()).to.equal(0n);
      const work = { ...newWork("a"), provenanceHash: ethers.id("provenance") };
      await works.connect(alice).register(work);
      const stored = await works.workOf(1n);
      expect(stored.toObject()).to.deep.equal({
        contentHash: work.contentHash,
        fingerprint: work.fingerprint,
        metadataDigest: work.metadataDigest,
        provenanceHash: work.provenanceHash,
        registeredAt: BigInt(await time.latest()),
        priorityAt: BigInt(await time.latest()),
        fingerprintHeader: 0x5105n,
        kind: 1n,
        edges: 0n,
        stack: 0n,
        superseded: false,
      });
      expect(await works.totalWorks()).to.equal(1n);
      expect(await works.workByContent(work.contentHash)).to.equal(1n);
      expect(await works.workByContent(ethers.id("other"))).to.equal(0n);
      expect(await works.ownerOf(1n)).to.equal(alice.address);
      expect(await works.balanceOf(alice.address)).to.equal(1n);
      expect(await works.stackOf(1n)).to.equal(0n);
      expect(await works.edgesOf(1n)).to.deep.equal([]);
    });

    it("logs every field, and the mint", async () => {
      const { works, alice } = await loadFixture(deployHouse);
      const work = newWork("a", { kind: 5 });
      await expect(works.connect(alice).register(work))
        .to.emit(works, "WorkRegistered")
        .withArgs(
          1n,
          alice.address,
          work.contentHash,
          work.fingerprint,
          work.fingerprintHeader,
          5n,
          work.metadataDigest,
          work.provenanceHash,
        )
        .and.to.emit(works, "Transfer")
        .withArgs(ethers.ZeroAddress, alice.address, 1n);
    });

    it("refuses the same bytes twice, by anyone, and names the first work", async () => {
      const { works, alice, bob } = await loadFixture(deployHouse);
      await works.connect(alice).register(newWork("a"));
      const same = { ...newWork("b"), contentHash: newWork("a").contentHash };
      await expect(works.connect(bob).register(same))
        .to.be.revertedWithCustomError(works, "WorkRegistryAlreadyRegistered")
        .withArgs(same.contentHash, 1n);
      expect(await works.totalWorks()).to.equal(1n);
    });

    it("refuses an empty content hash, empty metadata and unknown kinds", async () => {
      const { works } = await loadFixture(deployHouse);
      await expect(works.register({ ...newWork("a"), contentHash: ethers.ZeroHash })).to.be.revertedWithCustomError(
        works,
        "WorkRegistryEmptyContentHash",
      );
      await expect(works.register({ ...newWork("a"), metadataDigest: ethers.ZeroHash })).to.be.revertedWithCustomError(
        works,
        "WorkRegistryEmptyMetadata",
      );
      for (const kind of [0, 8, 255]) {
        await expect(works.register(newWork("a", { kind })))
          .to.be.revertedWithCustomError(works, "WorkRegistryBadKind")
          .withArgs(kind);
      }
      for (const kind of [1, 2, 3, 4, 5, 6, 7]) await works.register(newWork(`kind ${kind}`, { kind }));
      expect(await works.totalWorks()).to.equal(7n);
    });

    it("lets only the license token register for another account", async () => {
      const { works, alice, bob } = await loadFixture(deployHouse);
      await expect(works.connect(alice).registerFor(bob.address, newWork("a")))
        .to.be.revertedWithCustomError(works, "WorkRegistryNotModule")
        .withArgs(alice.address);
      await expect(works.connect(alice).registerDerivativeFor(bob.address, newWork("a"), [1n]))
        .to.be.revertedWithCustomError(works, "WorkRegistryNotModule")
        .withArgs(alice.address);
    });
  });

  describe("registerDerivative", () => {
    it("sets an edge per license, in order, and sums the stack", async () => {
      const house = await loadFixture(deployHouse);
      const { works, alice, bob, carol } = house;
      const root = await registerRoot(house, alice, "root");
      const middle = await registerChild(house, bob, "middle", [{ id: root, share: 100_000 }]);
      const leaf = await registerChild(house, carol, "leaf", [
        { id: middle, share: 50_000 },
        { id: root, share: 25_000 },
      ]);
      expect((await works.edgesOf(leaf)).map((edge: { toObject(): object }) => edge.toObject())).to.deep.equal([
        { parent: middle, share: 50_000n, parentStack: 100_000n, mode: 0n },
        { parent: root, share: 25_000n, parentStack: 0n, mode: 0n },
      ]);
      expect((await works.edgeOf(leaf, 1n)).parent).to.equal(root);
      expect((await works.edgeOf(leaf, 2n)).parent).to.equal(0n);
      expect(await works.stackOf(leaf)).to.equal(175_000n);
      const stored = await works.workOf(leaf);
      expect([stored.edges, stored.stack]).to.deep.equal([2n, 175_000n]);
      expect(await works.ownerOf(leaf)).to.equal(carol.address);
    });

    it("logs the work before its edges", async () => {
      const house = await loadFixture(deployHouse);
      const { works, alice, bob } = house;
      const root = await registerRoot(house, alice, "root");
      const license = await freeLicense(house, root, 70_000, bob);
      const call = works.connect(bob).registerDerivative(newWork("child"), [license]);
      await expect(call).to.emit(works, "EdgeSet").withArgs(2n, root, license, 70_000n, 0n, 0n);
      const receipt = await (await call).wait();
      const names = receipt.logs
        .filter((log: { address: string }) => log.address === house.addresses.WorkRegistry)
        .map((log: { fragment: { name: string } }) => log.fragment.name);
      expect(names).to.deep.equal(["WorkRegistered", "Transfer", "EdgeSet"]);
    });

    it("uses a license up", async () => {
      const house = await loadFixture(deployHouse);
      const { works, licenses, alice, bob } = house;
      const root = await registerRoot(house, alice, "root");
      const license = await freeLicense(house, root, 1, bob);
      await expect(works.connect(bob).registerDerivative(newWork("child"), [license]))
        .to.emit(licenses, "LicenseUsed")
        .withArgs(license, 2n);
      await expect(works.connect(bob).registerDerivative(newWork("child 2"), [license]))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenUsed")
        .withArgs(license);
    });

    it("wants 1 to 8 parents, each once", async () => {
      const house = await loadFixture(deployHouse);
      const { works, alice, bob } = house;
      await expect(works.registerDerivative(newWork("x"), [])).to.be.revertedWithCustomError(
        works,
        "WorkRegistryNoParents",
      );
      await expect(
        works.registerDerivative(
          newWork("x"),
          Array.from({ length: 9 }, (_, i) => BigInt(i + 1)),
        ),
      )
        .to.be.revertedWithCustomError(works, "WorkRegistryTooManyParents")
        .withArgs(9n);
      const root = await registerRoot(house, alice, "root");
      const twice = [await freeLicense(house, root, 1, bob), await freeLicense(house, root, 2, bob)];
      await expect(works.connect(bob).registerDerivative(newWork("x"), twice))
        .to.be.revertedWithCustomError(works, "WorkRegistryDuplicateParent")
        .withArgs(root);

      const parents: { id: bigint; share: number }[] = [];
      for (let i = 0; i < 8; ++i)
        parents.push({ id: await registerRoot(house, alice, `root ${i}`), share: 10_000 + i });
      const child = await registerChild(house, bob, "eight", parents);
      expect(await works.stackOf(child)).to.equal(80_028n);
      expect((await works.workOf(child)).edges).to.equal(8n);
    });

    it("allows a stack of exactly one whole and refuses one part more", async () => {
      const house = await loadFixture(deployHouse);
      const { works, alice, bob } = house;
      const one = await registerRoot(house, alice, "one");
      const two = await registerRoot(house, alice, "two");
      const full = await registerChild(house, bob, "full", [
        { id: one, share: 600_000 },
        { id: two, share: 400_000 },
      ]);
      expect(await works.stackOf(full)).to.equal(1_000_000n);
      const licenseIds = [await freeLicense(house, one, 600_000, bob), await freeLicense(house, two, 400_001, bob)];
      await expect(works.connect(bob).registerDerivative(newWork("over"), licenseIds))
        .to.be.revertedWithCustomError(works, "WorkRegistryStackTooHigh")
        .withArgs(1_000_001n);
      const onFull = await freeLicense(house, full, 1, bob);
      await expect(works.connect(bob).registerDerivative(newWork("over"), [onFull]))
        .to.be.revertedWithCustomError(works, "WorkRegistryStackTooHigh")
        .withArgs(1_000_001n);
    });

    it("wants licenses that the registrant holds", async () => {
      const house = await loadFixture(deployHouse);
      const { works, licenses, alice, bob, carol } = house;
      const root = await registerRoot(house, alice, "root");
      const license = await freeLicense(house, root, 1, bob);
      await expect(works.connect(carol).registerDerivative(newWork("x"), [license]))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenNotHolder")
        .withArgs(license, carol.address);
      await expect(works.connect(carol).registerDerivative(newWork("x"), [99n]))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenUnknownLicense")
        .withArgs(99n);
    });

    it("keeps parents' ids below the child's", async () => {
      const house = await loadFixture(deployHouse);
      const { works, alice, bob } = house;
      const root = await registerRoot(house, alice, "root");
      const child = await registerChild(house, bob, "child", [{ id: root, share: 5 }]);
      const grandchild = await registerChild(house, alice, "grandchild", [{ id: child, share: 5 }]);
      for (const id of [child, grandchild]) {
        for (const edge of await works.edgesOf(id)) expect(edge.parent < id).to.equal(true);
      }
    });
  });

  describe("metadata", () => {
    it("gives the CID of the metadata document as token URI", async () => {
      const { works } = await loadFixture(deployHouse);
      const digests = [ethers.id("metadata"), `0x${"00".repeat(31)}01`, `0x${"ff".repeat(32)}`];
      for (const [i, metadataDigest] of digests.entries()) {
        await works.register({ ...newWork(`w${i}`), metadataDigest });
        const uri = await works.tokenURI(BigInt(i + 1));
        expect(uri).to.equal(`ipfs://${cidOfDigest(metadataDigest as `0x${string}`)}`);
      }
      await expect(works.tokenURI(9n)).to.be.revertedWithCustomError(works, "ERC721NonexistentToken").withArgs(9n);
    });

    it("moves to a new version by the owner only", async () => {
      const house = await loadFixture(deployHouse);
      const { works, alice, bob } = house;
      const id = await registerRoot(house, alice, "a");
      const digest = ethers.id("version 2");
      await expect(works.connect(alice).setMetadata(id, digest))
        .to.emit(works, "MetadataVersion")
        .withArgs(id, digest)
        .and.to.emit(works, "MetadataUpdate")
        .withArgs(id);
      expect((await works.workOf(id)).metadataDigest).to.equal(digest);
      expect(await works.tokenURI(id)).to.equal(`ipfs://${cidOfDigest(digest as `0x${string}`)}`);
      await expect(works.connect(bob).setMetadata(id, digest))
        .to.be.revertedWithCustomError(works, "WorkRegistryNotOwner")
        .withArgs(id, bob.address);
      await expect(works.connect(alice).setMetadata(id, ethers.ZeroHash)).to.be.revertedWithCustomError(
        works,
        "WorkRegistryEmptyMetadata",
      );
      await expect(works.connect(alice).setMetadata(7n, digest))
        .to.be.revertedWithCustomError(works, "WorkRegistryUnknownWork")
        .withArgs(7n);
    });
  });

  describe("unknown works", () => {
    it("are refused by every view that could mislead", async () => {
      const { works } = await loadFixture(deployHouse);
      for (const call of [
        () => works.workOf(1n),
        () => works.edgesOf(1n),
        () => works.stackOf(1n),
        () => works.royaltyInfo(1n, 100n),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(works, "WorkRegistryUnknownWork").withArgs(1n);
      }
    });
  });

  describe("standards", () => {
    it("says which interfaces it has", async () => {
      const { works } = await loadFixture(deployHouse);
      const ids = {
        erc165: "0x01ffc9a7",
        erc721: "0x80ac58cd",
        metadata: "0x5b5e139f",
        erc2981: "0x2a55205a",
        erc4906: "0x49064906",
      };
      for (const id of Object.values(ids)) expect(await works.supportsInterface(id)).to.equal(true);
      for (const id of ["0xffffffff", "0x780e9d63"]) expect(await works.supportsInterface(id)).to.equal(false);
      expect([await works.name(), await works.symbol()]).to.deep.equal(["Colophon Work", "WORK"]);
    });

    it("moves with its owner, who then sets metadata and offers", async () => {
      const house = await loadFixture(deployHouse);
      const { works, licenses, alice, bob } = house;
      const id = await registerRoot(house, alice, "a");
      await works.connect(alice).transferFrom(alice.address, bob.address, id);
      expect(await works.ownerOf(id)).to.equal(bob.address);
      await works.connect(bob).setMetadata(id, ethers.id("bob's"));
      await expect(licenses.connect(alice).setOffer(id, terms(0), offerOf(0n)))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenNotWorkOwner")
        .withArgs(id, alice.address);
      await licenses.connect(bob).setOffer(id, remixTerms(1), offerOf(0n));
    });
  });

  describe("resale royalties (ERC-2981)", () => {
    it("ask the stack, at most 10 %, for an address of the work's own", async () => {
      const house = await loadFixture(deployHouse);
      const { works, alice, bob } = house;
      const root = await registerRoot(house, alice, "root");
      const small = await registerChild(house, bob, "small", [{ id: root, share: 70_000 }]);
      const large = await registerChild(house, bob, "large", [{ id: root, share: 300_000 }]);
      const amounts = [];
      const receivers = new Set<string>();
      for (const id of [root, small, large]) {
        const [receiver, amount] = await works.royaltyInfo(id, 1_000_000n);
        receivers.add(receiver);
        amounts.push(amount);
      }
      expect(amounts).to.deep.equal([0n, 70_000n, 100_000n]);
      expect(receivers.size).to.equal(3);
    });

    it("are swept into the ledger by anyone, coin and token, before and after the address has code", async () => {
      const house = await loadFixture(deployHouse);
      const { works, ledger, alice, bob, carol } = house;
      const root = await registerRoot(house, alice, "root");
      const child = await registerChild(house, bob, "child", [{ id: root, share: 200_000 }]);
      const receivers = await ethers.getContractAt("RoyaltyReceivers", await works.royaltyReceivers());
      const [receiver] = await works.royaltyInfo(child, 1n);
      const sweep = receivers.connect(carol).getFunction("sweep");

      await carol.sendTransaction({ to: receiver, value: 1000n });
      expect(await ethers.provider.getCode(receiver)).to.equal("0x");
      await expect(sweep(child, ethers.ZeroAddress))
        .to.emit(ledger, "PaidUpstream")
        .withArgs(child, ethers.ZeroAddress, receiver, 1000n, 5000n, 0n);
      // The seller has the price, and the buyer the work: the royalty is the ancestors' alone.
      expect(await ledger.claimable(child, ethers.ZeroAddress)).to.equal(0n);
      await ledger.pull(child, 0n, ethers.ZeroAddress);
      expect(await ledger.claimable(root, ethers.ZeroAddress)).to.equal(1000n);

      const token = await ethers.deployContract("PlainToken");
      await token.getFunction("mint")(receiver, 500n);
      await expect(sweep(child, await token.getAddress()))
        .to.emit(ledger, "PaidUpstream")
        .withArgs(child, await token.getAddress(), receiver, 500n, 2500n, 0n);
      expect(await token.getFunction("balanceOf")(house.addresses.RoyaltyLedger)).to.equal(500n);

      await carol.sendTransaction({ to: receiver, value: 500n });
      await sweep(child, ethers.ZeroAddress);
      expect((await ledger.accountOf(child, ethers.ZeroAddress)).passed).to.equal(7500n);
      await expect(sweep(child, ethers.ZeroAddress)).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerNothingPaid");
      await expect(sweep(99n, ethers.ZeroAddress)).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerUnknownWork");
    });

    it("can't be forwarded by a stranger with a ledger of his own", async () => {
      const house = await loadFixture(deployHouse);
      const { works, alice, bob, carol } = house;
      const root = await registerRoot(house, alice, "root");
      const [receiver] = await works.royaltyInfo(root, 1n);
      await carol.sendTransaction({ to: receiver, value: 10n });
      const receivers = await ethers.getContractAt("RoyaltyReceivers", await works.royaltyReceivers());
      await receivers.getFunction("sweep")(root, ethers.ZeroAddress);
      const deployed = await ethers.getContractAt("RoyaltyReceiver", receiver);
      await expect(deployed.connect(bob).getFunction("forward")(bob.address, root, ethers.ZeroAddress))
        .to.be.revertedWithCustomError(deployed, "RoyaltyReceiverNotFactory")
        .withArgs(bob.address);
    });
  });
});
