import { expect } from "chai";
import type {
  auctionHouseAbi,
  committeeArbitratorAbi,
  jobVouchersAbi,
  workSharesAbi,
} from "../../../common/abi/index.ts";
import {
  COIN,
  contractAt,
  DAY,
  deployHouse,
  deployToken,
  type HouseContract,
  freeLicense,
  newWork,
  registerChild,
  registerRoot,
} from "../house.ts";
import { ethers, loadFixture, networkHelpers, time } from "../network.ts";
import type { ContractName } from "../../../scripts/predict-addresses.ts";
import { newJob, PRICE, STAKE } from "../ready-market.ts";
import { managedContracts, restrictedFunctions, sources } from "./restricted-functions.ts";

const PARAMS = 1n;
const MODULES = 2n;
const PAUSER = 3n;
const GUARDIAN = 4n;
const ADMIN = 0n;

/** Money of users in every contract that holds some, and a license sold. */
async function world() {
  const house = await deployHouse();
  const { ledger, market, licenses, operators, alice, bob, carol, dave, operator, requester, addresses: at } = house;
  const more = {
    auctions: await contractAt<HouseContract<typeof auctionHouseAbi>>("AuctionHouse", at.AuctionHouse),
    shares: await contractAt<HouseContract<typeof workSharesAbi>>("WorkShares", at.WorkShares),
    committee: await contractAt<HouseContract<typeof committeeArbitratorAbi>>(
      "CommitteeArbitrator",
      at.CommitteeArbitrator,
    ),
    vouchers: await contractAt<HouseContract<typeof jobVouchersAbi>>("JobVouchers", at.JobVouchers),
  };
  const model = await registerRoot(house, alice, "model", 5);
  await market.connect(alice).setModelShare(model, 250_000);
  await operators.connect(operator).register(ethers.id("capability"), { value: STAKE });
  const parent = await registerRoot(house, alice, "parent");
  const child = await registerChild(house, bob, "child", [{ id: parent, share: 100_000 }]);
  const license = await freeLicense(house, parent, 50_000, carol);
  const token = await deployToken("PlainToken", [requester], [at.RoyaltyLedger]);
  const currency = await token.getAddress();
  await ledger.connect(requester).pay(child, COIN, 1000n, { value: 1000n });
  await ledger.connect(requester).pay(child, currency, 1000n);
  await market.connect(requester).post(newJob({ modelWork: model }), { value: PRICE });
  await market.connect(requester).post(newJob({ modelWork: model }), { value: PRICE });
  await market.connect(requester).cancel(2n);
  await more.vouchers.connect(requester).deposit(operator.address, COIN, model, PRICE, { value: PRICE });
  await more.committee.connect(dave).stake({ value: STAKE });
  const shared = await registerRoot(house, alice, "shared");
  await house.works.connect(alice).approve(at.WorkShares, shared);
  await more.shares.connect(alice).deposit(shared, alice.address, [COIN]);
  await ledger.connect(requester).pay(shared, COIN, 1000n, { value: 1000n });
  const sold = await registerRoot(house, carol, "sold");
  await house.works.connect(carol).approve(at.AuctionHouse, sold);
  const english = { asset: at.WorkRegistry, tokenId: sold, currency: COIN, reserve: 100n, increment: 50_000 };
  await more.auctions.connect(carol).createEnglish({ ...english, extension: 0, startsAt: 0, duration: DAY });
  await more.auctions.connect(bob).bid(1n, 100n, { value: 100n });
  await more.auctions.connect(dave).bid(1n, 200n, { value: 200n });
  return { house, licenses, more, parent, child, shared, license, token, currency };
}

type World = Awaited<ReturnType<typeof world>>;

/** Every way in which users get their money and use what they bought: each must go on, to the unit. */
const WAYS_OUT: Record<string, (w: World) => Promise<void>> = {
  "a child's owner claims coin and tokens": async ({ house, child, token, currency }) => {
    await expect(house.ledger.claim(child, COIN)).to.changeEtherBalance(ethers, house.bob, 900n);
    await house.ledger.claim(child, currency);
    expect(await token.balanceOf(house.bob.address)).to.equal(900n);
  },
  "a parent's share is pulled and claimed": async ({ house, parent, child }) => {
    await house.ledger.pull(child, 0n, COIN);
    await expect(house.ledger.claim(parent, COIN)).to.changeEtherBalance(ethers, house.alice, 100n);
  },
  "a requester cancels and withdraws escrow and credits": async ({ house }) => {
    await house.market.connect(house.requester).cancel(1n);
    await expect(house.market.connect(house.requester).withdraw(COIN)).to.changeEtherBalance(
      ethers,
      house.requester,
      // The posting fee, 0.1 %, is kept of what is canceled.
      2n * (PRICE - PRICE / 1000n),
    );
  },
  "an operator unbonds and withdraws stake": async ({ house }) => {
    const mine = house.operators.connect(house.operator);
    await mine.startUnbonding(STAKE);
    await time.increase(8 * DAY);
    await expect(mine.withdrawStake()).to.changeEtherBalance(ethers, house.operator, STAKE);
  },
  "a license sold is as it was, and its holder has it": async ({ house, license }) => {
    const held = await house.licenses.licenseOf(license);
    expect([held.derivativeShare, held.used]).to.deep.equal([50_000n, false]);
    expect(await house.licenses.ownerOf(license)).to.equal(house.carol.address);
    expect(await house.licenses.isActive(license)).to.equal(true);
  },
  "an outbid bidder takes his money back, and the auction ends": async ({ house, more }) => {
    await expect(more.auctions.connect(house.bob).withdraw(COIN)).to.changeEtherBalance(ethers, house.bob, 100n);
    await time.increase(2 * DAY);
    await expect(more.auctions.connect(house.alice).settle(1n)).to.changeEtherBalance(ethers, house.carol, 200n);
  },
  "a holder of shares claims income": async ({ house, more, shared }) => {
    await more.shares.connect(house.dave).collect(shared, COIN);
    await expect(more.shares.connect(house.dave).claim(shared, COIN, house.alice.address)).to.changeEtherBalance(
      ethers,
      house.alice,
      1000n,
    );
  },
  "a juror leaves with the stake": async ({ house, more }) => {
    await more.committee.connect(house.dave).startLeaving(STAKE);
    await time.increase(60 * DAY);
    await expect(more.committee.connect(house.dave).withdrawStake()).to.changeEtherBalance(ethers, house.dave, STAKE);
  },
  "a requester closes a channel of vouchers": async ({ house, more }) => {
    const { requester, operator } = house;
    const mine = more.vouchers.connect(requester);
    await mine.startClosing(operator.address, COIN, 1n);
    await time.increase(2 * DAY);
    const pair = { requester: requester.address, operator: operator.address, currency: COIN, modelWork: 1n };
    await mine.close(pair);
    await expect(mine.withdraw(COIN)).to.changeEtherBalance(ethers, requester, PRICE);
  },
  "works and licenses move": async ({ house, parent, license }) => {
    await house.works.connect(house.alice).transferFrom(house.alice.address, house.dave.address, parent);
    await house.licenses.connect(house.carol).transferFrom(house.carol.address, house.dave.address, license);
  },
};

type Proof = { setUp?: (w: World) => Promise<unknown>; args: (w: World) => unknown[] };

const none: Proof = { args: () => [] };
/** Another authority. The present one does it itself, told to by `updateAuthority`. */
const handOver: Proof = { args: ({ house }) => [house.addresses.LicenseToken] };
const unpause = (contract: ContractName): Proof => ({
  setUp: (w) => asRole(w, contract, ethers.id("pause()").slice(0, 10)),
  args: () => [],
});

/** Every restricted function, and how the admin calls it with the most power it gives. A new one must be entered here. */
const PROOFS: Record<string, Proof> = {
  "WorkRegistry.setAuthority": handOver,
  "WorkRegistry.pause": none,
  "WorkRegistry.unpause": unpause("WorkRegistry"),
  "LicenseToken.setAuthority": handOver,
  "LicenseToken.pause": none,
  "LicenseToken.unpause": unpause("LicenseToken"),
  "JobMarket.setAuthority": handOver,
  "JobMarket.pause": none,
  "JobMarket.unpause": unpause("JobMarket"),
  "JobMarket.setProtocolShare": { args: () => [50_000] },
  "Marketplace.setAuthority": handOver,
  "Marketplace.setProtocolFee": { args: () => [50_000] },
  "AuctionHouse.setAuthority": handOver,
  "AuctionHouse.pause": none,
  "AuctionHouse.unpause": unpause("AuctionHouse"),
  "AuctionHouse.setProtocolFee": { args: () => [50_000] },
  "DisputeModule.setAuthority": handOver,
  "DisputeModule.pause": none,
  "DisputeModule.unpause": unpause("DisputeModule"),
  "DisputeModule.setArbitrator": { args: ({ house }) => [house.dave.address, true] },
  "DisputeModule.setBondRule": { args: () => [10n ** 16n, 100_000, 10n ** 18n] },
  "EpochRewards.setAuthority": handOver,
  "EpochRewards.announceFormula": { args: () => [ethers.id("formula")] },
  "Authority.labelRole": { args: () => [PARAMS, "parameters"] },
  "Authority.grantRole": { args: ({ house }) => [PAUSER, house.dave.address, 0] },
  "Authority.revokeRole": { args: ({ house }) => [PAUSER, house.deployer.address] },
  "Authority.setRoleAdmin": { args: () => [PARAMS, MODULES] },
  "Authority.setRoleGuardian": { args: () => [PARAMS, MODULES] },
  "Authority.setGrantDelay": { args: () => [PARAMS, 0] },
  "Authority.setTargetFunctionRole": {
    args: ({ house }) => [house.addresses.RoyaltyLedger, ["0x1e83409a", "0x51cff8d9"], ADMIN],
  },
  "Authority.setTargetAdminDelay": { args: ({ house }) => [house.addresses.WorkRegistry, 0] },
  "Authority.setTargetClosed": { args: ({ house }) => [house.addresses.JobMarket, true] },
  "Authority.updateAuthority": { args: ({ house }) => [house.addresses.WorkRegistry, house.addresses.LicenseToken] },
};

/** Calls a restricted function as the deployer, who has every role: at once, or announced and after its delay. */
async function asRole(w: World, contract: ContractName, data: string): Promise<void> {
  const { authority, deployer, addresses } = w.house;
  const target = addresses[contract];
  const admin = authority.connect(deployer);
  if (data.startsWith(ethers.id("setAuthority(address)").slice(0, 10))) {
    const authorityAddress = await authority.getAddress();
    await networkHelpers.impersonateAccount(authorityAddress);
    await networkHelpers.setBalance(authorityAddress, 10n ** 18n);
    await (await ethers.getSigner(authorityAddress)).sendTransaction({ to: target, data });
    await networkHelpers.setBalance(authorityAddress, 0n);
    return;
  }
  const [immediate] = await authority.canCall(deployer.address, target, data.slice(0, 10));
  if (immediate) {
    await deployer.sendTransaction({ to: target, data });
    return;
  }
  await admin.schedule(target, data, 0);
  await expect(admin.execute(target, data)).to.be.revertedWithCustomError(authority, "AccessManagerNotReady");
  await time.increase(7 * DAY);
  await admin.execute(target, data);
}

async function moneyOf({ house, token }: World): Promise<Record<string, bigint>> {
  const held: Record<string, bigint> = {};
  for (const [name, address] of Object.entries(house.addresses)) {
    held[`${name}, coin`] = await ethers.provider.getBalance(address);
    held[`${name}, tokens`] = (await token.balanceOf(address)) as bigint;
  }
  return held;
}

describe("Authority", () => {
  it("every restricted function of every contract has a proof below", async () => {
    const { house } = await loadFixture(world);
    const found: string[] = [];
    for (const contract of await managedContracts()) {
      const address = house.addresses[contract as ContractName];
      expect(address, `${contract} asks an authority: add its functions to PROOFS`).not.to.equal(undefined);
      found.push(...(await restrictedFunctions(contract, address)));
    }
    expect(found.toSorted()).to.deep.equal(Object.keys(PROOFS).toSorted());
  });

  it("no source knows another kind of power, nor a restricted function that the ABI does not show", async () => {
    const restricted: string[] = [];
    for (const { name, text } of await sources()) {
      const code = text.replaceAll(/\/\/.*$/gm, "").replaceAll(/\/\*[\s\S]*?\*\//g, "");
      expect(code, name).not.to.match(
        /\b(Ownable|AccessControl|onlyOwner|onlyRole|selfdestruct|delegatecall|UUPSUpgradeable)\b/,
      );
      for (const [, called] of code.matchAll(/function (\w+)\([^)]*\)[^{;]*\brestricted\b/g))
        restricted.push(`${called}`);
    }
    const proven = new Set(Object.keys(PROOFS).map((entry) => entry.split(".")[1]));
    expect(restricted.filter((name) => !proven.has(name))).to.deep.equal([]);
    expect(restricted.length).to.be.greaterThan(0);
  });

  for (const [name, proof] of Object.entries(PROOFS)) {
    describe(name, () => {
      it("moves no money", async () => {
        const w = await loadFixture(world);
        const before = await moneyOf(w);
        await called(w, name, proof);
        expect(await moneyOf(w)).to.deep.equal(before);
      });

      it("stops no way out", async () => {
        for (const run of Object.values(WAYS_OUT)) {
          const w = await loadFixture(world);
          await called(w, name, proof);
          await run(w);
        }
      });
    });
  }

  describe("delays", () => {
    it("are 3 days for parameters, 7 for lists of adapters and for roles themselves; pausing is at once", async () => {
      const { house } = await loadFixture(world);
      const { authority, deployer } = house;
      const delays: Record<string, unknown> = {};
      for (const [role, id] of Object.entries({ ADMIN, PARAMS, MODULES, PAUSER, GUARDIAN })) {
        const [member, delay] = await authority.hasRole(id, deployer.address);
        delays[role] = member ? Number(delay) : "none";
      }
      expect(delays).to.deep.equal({ ADMIN: 7 * DAY, PARAMS: 3 * DAY, MODULES: 7 * DAY, PAUSER: 0, GUARDIAN: 0 });
      expect([await authority.getRoleGuardian(PARAMS), await authority.getRoleGuardian(MODULES)]).to.deep.equal([
        GUARDIAN,
        GUARDIAN,
      ]);
    });

    it("hold for the admin too: nothing announced happens before its time", async () => {
      const { house } = await loadFixture(world);
      const { authority, deployer, dave } = house;
      const admin = authority.connect(deployer);
      const grant = authority.interface.encodeFunctionData("grantRole", [PAUSER, dave.address, 0]);
      await expect(admin.grantRole(PAUSER, dave.address, 0)).to.be.revertedWithCustomError(
        authority,
        "AccessManagerNotScheduled",
      );
      await admin.schedule(await authority.getAddress(), grant, 0);
      await time.increase(7 * DAY - 10);
      await expect(admin.grantRole(PAUSER, dave.address, 0)).to.be.revertedWithCustomError(
        authority,
        "AccessManagerNotReady",
      );
      await time.increase(10);
      await admin.grantRole(PAUSER, dave.address, 0);
      await house.works.connect(dave).pause();
    });
  });

  describe("a pause", () => {
    it("refuses new objects only, ends by itself after 7 days, and leaves 7 days free before the next", async () => {
      const { house } = await loadFixture(world);
      const { works, licenses, market, deployer, alice, requester } = house;
      for (const contract of [works, licenses, market]) await contract.connect(deployer).pause();
      const until = await works.pausedUntil();
      expect(until).to.be.within((await time.latest()) + 7 * DAY - 5, (await time.latest()) + 7 * DAY);
      await expect(works.connect(alice).register(newWork("new")))
        .to.be.revertedWithCustomError(works, "NewIdsArePaused")
        .withArgs(until);
      await expect(market.connect(requester).post(newJob(), { value: PRICE })).to.be.revertedWithCustomError(
        market,
        "NewIdsArePaused",
      );
      await expect(works.connect(deployer).pause())
        .to.be.revertedWithCustomError(works, "NewIdsPausedTooOften")
        .withArgs(until + BigInt(7 * DAY));
      await time.increaseTo(until);
      await works.connect(alice).register(newWork("new"));
      await expect(works.connect(deployer).pause()).to.be.revertedWithCustomError(works, "NewIdsPausedTooOften");
      await time.increaseTo(until + BigInt(7 * DAY));
      await works.connect(deployer).pause();
    });

    it("lifted early still counts, so that pausing and lifting can't go on for ever", async () => {
      const { house } = await loadFixture(world);
      const { works, deployer, alice } = house;
      await expect(works.connect(deployer).pause()).to.emit(works, "NewIdsPaused");
      await expect(works.connect(deployer).unpause()).to.emit(works, "NewIdsUnpaused");
      await works.connect(alice).register(newWork("new"));
      await expect(works.connect(deployer).pause()).to.be.revertedWithCustomError(works, "NewIdsPausedTooOften");
      await time.increase(7 * DAY);
      await works.connect(deployer).pause();
    });

    it("is for pausers only", async () => {
      const { house } = await loadFixture(world);
      const { works, alice } = house;
      for (const call of [() => works.connect(alice).pause(), () => works.connect(alice).unpause()]) {
        await expect(call()).to.be.revertedWithCustomError(works, "AccessManagedUnauthorized").withArgs(alice.address);
      }
    });
  });
});

async function called(w: World, name: string, { setUp, args }: Proof): Promise<void> {
  const [contract, method] = name.split(".") as [ContractName, string];
  const { interface: abi } = await ethers.getContractAt(contract, w.house.addresses[contract]);
  await setUp?.(w);
  await asRole(w, contract, abi.encodeFunctionData(method, args(w)));
}
