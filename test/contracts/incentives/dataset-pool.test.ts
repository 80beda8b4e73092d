import { expect } from "chai";
import {
  COIN,
  DAY,
  type DisputeHouse,
  deployDisputeHouse,
  newWork,
  offerOf,
  payCoin,
  ROOT_BOND,
  register,
  termsOf,
} from "../disputes/dispute-house.ts";
import { ethers, loadFixture, time } from "../network.ts";
import { ShareTree } from "./share-tree.ts";

const TRAINING = 2 | 4 | 32;
const MANIFEST = ethers.id("manifest");
const FLOOR = 50_000;

/** Dave's pool with Alice and Bob as members. */
async function withPool() {
  const house = await deployDisputeHouse();
  const id = await register(house, house.dave, "pool", { kind: 6 });
  await house.works.connect(house.dave).approve(house.addresses.datasetPool, id);
  await house.pool.connect(house.dave).deposit(id, house.dave.address, 200_000, [COIN], []);
  for (const member of [house.alice, house.bob]) {
    await house.pool.connect(member).join(id, FLOOR, ethers.id(member.address));
    await house.pool.connect(house.dave).admit(id, member.address);
  }
  return { ...house, id };
}

type WithPool = Awaited<ReturnType<typeof withPool>>;

async function acceptRound(house: WithPool, index: bigint) {
  await time.increase(7 * DAY + 1);
  await house.pool.poke(house.id, index);
}

async function setPayees(house: WithPool) {
  const accounts = [house.alice.address, house.bob.address].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  const ppm = [300_000, 700_000];
  await house.pool.connect(house.dave).postPayees(house.id, accounts, ppm, MANIFEST, { value: ROOT_BOND });
  await acceptRound(house, ((await house.pool.totalRounds(house.id)) as bigint) - 1n);
  return { accounts: accounts as [string, string], ppm };
}

/** A model trained under the pool's offer. */
async function trainModel(house: WithPool, seed: string) {
  const offer = await house.licenses.totalOffers();
  await house.licenses.connect(house.carol).buy(offer, house.carol.address, 0n);
  const license = await house.licenses.totalLicenses();
  await house.works.connect(house.carol).registerDerivative(newWork(seed, { kind: 5 }), [license]);
  return (await house.works.totalWorks()) as bigint;
}

async function creditsOf(house: DisputeHouse, accounts: string[]): Promise<bigint[]> {
  return await Promise.all(accounts.map((account) => house.pool.creditOf(account, COIN)));
}

describe("DatasetPool", () => {
  it("takes works of kind dataset pool only, and closes the offers that were made without members", async () => {
    const house = await loadFixture(deployDisputeHouse);
    const image = await register(house, house.dave, "image");
    await expect(
      house.pool.connect(house.dave).deposit(image, house.dave.address, 1, [], []),
    ).to.be.revertedWithCustomError(house.pool, "DatasetPoolNotDataset");
    const id = await register(house, house.dave, "pool", { kind: 6 });
    await house.licenses.connect(house.dave).setOffer(id, termsOf(1, TRAINING), offerOf());
    const offer = await house.licenses.totalOffers();
    await house.works.connect(house.dave).approve(house.addresses.datasetPool, id);
    await house.pool.connect(house.dave).deposit(id, house.dave.address, 1, [], [offer]);
    expect((await house.licenses.offerOf(offer)).closed).to.equal(true);
  });

  describe("members", () => {
    it("join by their own call within the pool's largest floor, and are admitted by the steward", async () => {
      const house = await loadFixture(withPool);
      const { pool, carol, id } = house;
      await expect(pool.connect(carol).join(id, 200_001, MANIFEST)).to.be.revertedWithCustomError(
        pool,
        "DatasetPoolBadFloor",
      );
      await expect(pool.connect(house.dave).admit(id, carol.address)).to.be.revertedWithCustomError(
        pool,
        "DatasetPoolNotMember",
      );
      await pool.connect(carol).join(id, 60_000, MANIFEST);
      await expect(pool.connect(carol).admit(id, carol.address)).to.be.revertedWithCustomError(
        pool,
        "WorkCustodyNotSteward",
      );
      await pool.connect(house.dave).admit(id, carol.address);
      expect((await pool.poolOf(id)).floor).to.equal(60_000n);
    });

    it("have their floor kept: no offer below it, without training, or in relative mode; older ones close", async () => {
      const house = await loadFixture(withPool);
      const { pool, dave, carol, id } = house;
      const good = termsOf(FLOOR, TRAINING);
      for (const terms of [termsOf(FLOOR - 1, TRAINING), termsOf(FLOOR, 2), { ...good, shareMode: 1 }]) {
        await expect(pool.connect(dave).setOffer(id, terms, offerOf()))
          .to.be.revertedWithCustomError(pool, "DatasetPoolBadTerms")
          .withArgs(id, FLOOR);
      }
      await expect(
        pool.connect(dave).setOffer(id, good, { ...offerOf(), shareOverride: FLOOR - 1 }),
      ).to.be.revertedWithCustomError(pool, "DatasetPoolBadTerms");
      await pool.connect(dave).setOffer(id, good, offerOf());
      const offer = await house.licenses.totalOffers();
      await pool.connect(carol).join(id, 60_000, MANIFEST);
      await pool.connect(dave).admit(id, carol.address);
      expect((await house.licenses.offerOf(offer)).closed).to.equal(true);
    });

    it("leave: future models are stopped until a manifest without them counts; sold licenses stay", async () => {
      const house = await loadFixture(withPool);
      const { pool, dave, alice, id } = house;
      await pool.connect(dave).setOffer(id, termsOf(FLOOR, TRAINING), offerOf());
      const offer = await house.licenses.totalOffers();
      await house.licenses.connect(house.carol).buy(offer, house.carol.address, 0n);
      const sold = await house.licenses.totalLicenses();
      await expect(pool.connect(alice).leavePool(id)).to.emit(pool, "MemberLeft").withArgs(id, alice.address);
      await expect(
        house.licenses.connect(house.carol).buy(offer, house.carol.address, 0n),
      ).to.be.revertedWithCustomError(house.licenses, "LicenseTokenOfferClosed");
      await expect(pool.connect(dave).setOffer(id, termsOf(FLOOR, TRAINING), offerOf())).to.be.revertedWithCustomError(
        pool,
        "DatasetPoolOldManifest",
      );
      await house.works.connect(house.carol).registerDerivative(newWork("model", { kind: 5 }), [sold]);
      await pool.connect(dave).postPayees(id, [house.bob.address], [1_000_000], MANIFEST, { value: ROOT_BOND });
      await acceptRound(house, 0n);
      await pool.connect(dave).setOffer(id, termsOf(FLOOR, TRAINING), offerOf());
    });

    it("who were never admitted can't close anything by joining and leaving", async () => {
      const house = await loadFixture(withPool);
      const { pool, dave, stranger, id } = house;
      await pool.connect(dave).setOffer(id, termsOf(FLOOR, TRAINING), offerOf());
      await pool.connect(stranger).join(id, 200_000, MANIFEST);
      await pool.connect(stranger).leavePool(id);
      expect((await house.licenses.offerOf(await house.licenses.totalOffers())).closed).to.equal(false);
      expect((await pool.poolOf(id)).floor).to.equal(BigInt(FLOOR));
    });
  });

  describe("payees", () => {
    it("share each income as it comes in; a model's generation reaches them through the ledger", async () => {
      const house = await loadFixture(withPool);
      const { pool, dave, id } = house;
      const { accounts, ppm } = await setPayees(house);
      await pool.connect(dave).setOffer(id, termsOf(100_000, TRAINING), offerOf());
      const model = await trainModel(house, "model");
      await payCoin(house, model, 10_001n);
      await house.ledger.pull(model, 0, COIN);
      await pool.collectFor(id, COIN, accounts, ppm);
      expect(await creditsOf(house, accounts)).to.deep.equal([300n, 700n]);
      await expect(pool.collectFor(id, COIN, accounts, [700_000, 300_000])).to.be.revertedWithCustomError(
        pool,
        "DatasetPoolNotThePayees",
      );
      await expect(pool.collect(id, COIN)).to.be.revertedWithCustomError(pool, "DatasetPoolNotThePayees");
    });

    it("change after seven days only, so that what was earned is credited by the list it was earned under", async () => {
      const house = await loadFixture(withPool);
      const { pool, dave, id } = house;
      const { accounts, ppm } = await setPayees(house);
      await payCoin(house, id, 1_000n);
      await pool.connect(dave).postPayees(id, [accounts[0]], [1_000_000], MANIFEST, { value: ROOT_BOND });
      await expect(pool.poke(id, 1)).to.be.revertedWithCustomError(pool, "BondedRootsNothingDue");
      await pool.connect(house.stranger).collectFor(id, COIN, accounts, ppm);
      await acceptRound(house, 1n);
      expect(await creditsOf(house, accounts)).to.deep.equal([300n, 700n]);
      await payCoin(house, id, 10n);
      await pool.collectFor(id, COIN, [accounts[0]], [1_000_000]);
      expect(await creditsOf(house, accounts)).to.deep.equal([310n, 700n]);
    });

    it("are members, in ascending order, whose parts are the whole; posted by the steward", async () => {
      const house = await loadFixture(withPool);
      const { pool, dave, alice, carol, id } = house;
      const tries: [string[], number[], string][] = [
        [[carol.address], [1_000_000], "DatasetPoolNotMember"],
        [[alice.address], [999_999], "DatasetPoolBadPayees"],
        [[alice.address, alice.address], [500_000, 500_000], "DatasetPoolBadPayees"],
        [[], [], "DatasetPoolBadPayees"],
        [[alice.address], [], "DatasetPoolBadPayees"],
      ];
      for (const [payees, ppm, error] of tries) {
        await expect(
          pool.connect(dave).postPayees(id, payees, ppm, MANIFEST, { value: ROOT_BOND }),
        ).to.be.revertedWithCustomError(pool, error);
      }
      await expect(
        pool.connect(alice).postPayees(id, [alice.address], [1_000_000], MANIFEST, { value: ROOT_BOND }),
      ).to.be.revertedWithCustomError(pool, "WorkCustodyNotSteward");
    });

    it("as many as 64 cost less than 5M gas", async () => {
      const house = await loadFixture(withPool);
      const { pool, dave, id } = house;
      const accounts: string[] = [];
      for (let i = 0; i < 64; i++) {
        const wallet = ethers.Wallet.createRandom().connect(ethers.provider);
        await house.deployer.sendTransaction({ to: wallet.address, value: 10n ** 16n });
        await pool.connect(wallet).join(id, 1, MANIFEST);
        await pool.connect(dave).admit(id, wallet.address);
        accounts.push(wallet.address);
      }
      accounts.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
      const ppm = accounts.map(() => 15_625);
      const posted = await (
        await pool.connect(dave).postPayees(id, accounts, ppm, MANIFEST, { value: ROOT_BOND })
      ).wait();
      await acceptRound(house, 0n);
      await payCoin(house, id, 10_000n);
      const shared = await (await pool.collectFor(id, COIN, accounts, ppm)).wait();
      for (const { gasUsed } of [posted, shared]) expect(gasUsed).to.be.lessThan(5_000_000n);
      const credits = await creditsOf(house, accounts);
      expect(credits.reduce((sum, credit) => sum + credit, 0n)).to.equal(10_000n);
    });
  });

  describe("roots", () => {
    it("give members what was collected, once, and keep a fallen share good", async () => {
      const house = await loadFixture(withPool);
      const { pool, dave, alice, bob, id } = house;
      await payCoin(house, id, 1_000n);
      await pool.collect(id, COIN);
      const tree = new ShareTree([
        { account: alice.address, currency: COIN, total: 400n },
        { account: bob.address, currency: COIN, total: 600n },
      ]);
      await expect(
        pool.connect(dave).postRoot(id, tree.root, MANIFEST, [COIN], [1_001n], { value: ROOT_BOND }),
      ).to.be.revertedWithCustomError(pool, "BondedRootsBadTotals");
      await pool.connect(dave).postRoot(id, tree.root, MANIFEST, [COIN], [1_000n], { value: ROOT_BOND });
      await acceptRound(house, 0n);
      const robbing = new ShareTree([{ account: alice.address, currency: COIN, total: 1_000n }]);
      await pool.connect(dave).postRoot(id, robbing.root, MANIFEST, [COIN], [1_000n], { value: ROOT_BOND });
      await pool.claim(id, 0, bob.address, COIN, 600n, tree.proof(1));
      await acceptRound(house, 1n);
      // Nobody challenged a root that gives Bob's part to Alice: what he claimed is his, and she gets no more than is left.
      await pool.claim(id, 1, alice.address, COIN, 1_000n, []);
      expect(await pool.claimedOf(id, alice.address, COIN)).to.equal(400n);
      await expect(pool.claim(id, 1, alice.address, COIN, 1_000n, [])).to.be.revertedWithCustomError(
        pool,
        "BondedRootsOverdrawn",
      );
      await expect(pool.connect(bob).withdraw(COIN)).to.changeEtherBalances(ethers, [bob], [600n]);
    });

    it("pay only who joined", async () => {
      const house = await loadFixture(withPool);
      const { pool, dave, stranger, id } = house;
      await payCoin(house, id, 10n);
      await pool.collect(id, COIN);
      const tree = new ShareTree([{ account: stranger.address, currency: COIN, total: 10n }]);
      await pool.connect(dave).postRoot(id, tree.root, MANIFEST, [COIN], [10n], { value: ROOT_BOND });
      await acceptRound(house, 0n);
      await expect(pool.claim(id, 0, stranger.address, COIN, 10n, [])).to.be.revertedWithCustomError(
        pool,
        "DatasetPoolNotMember",
      );
    });

    it("of one pool can't be claimed from another", async () => {
      const house = await loadFixture(withPool);
      const { pool, dave, alice, works, id } = house;
      const other = await register(house, dave, "other pool", { kind: 6 });
      await works.connect(dave).approve(house.addresses.datasetPool, other);
      await pool.connect(dave).deposit(other, dave.address, 1, [], []);
      await payCoin(house, other, 500n);
      await pool.collect(other, COIN);
      const tree = new ShareTree([{ account: alice.address, currency: COIN, total: 500n }]);
      await expect(
        pool.connect(dave).postRoot(id, tree.root, MANIFEST, [COIN], [500n], { value: ROOT_BOND }),
      ).to.be.revertedWithCustomError(pool, "BondedRootsBadTotals");
      await pool.connect(dave).postRoot(other, tree.root, MANIFEST, [COIN], [500n], { value: ROOT_BOND });
      await time.increase(7 * DAY + 1);
      await pool.poke(other, 0);
      await expect(pool.claim(id, 0, alice.address, COIN, 500n, [])).to.be.revertedWithCustomError(
        pool,
        "BondedRootsUnknownRound",
      );
    });
  });
});
