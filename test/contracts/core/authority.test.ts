import { expect } from "chai";
import { COIN, DAY, deployToken, freeLicense, newWork, registerChild, registerRoot } from "../house.ts";
import { ethers, loadFixture, networkHelpers, time } from "../network.ts";
import { asHouse } from "../compute-house.ts";
import { newJob, PRICE, readyMarket, STAKE } from "../ready-market.ts";
import { managedContracts, restrictedFunctions, sources } from "./restricted-functions.ts";

const PARAMS = 1n;
const MODULES = 2n;
const PAUSER = 3n;
const GUARDIAN = 4n;
const ADMIN = 0n;

/** Money of users in every contract that holds some, and a license sold. */
async function world() {
  const { house: ready } = await readyMarket();
  const house = asHouse(ready);
  const { ledger, market, alice, bob, carol, requester } = house;
  const parent = await registerRoot(house, alice, "parent");
  const child = await registerChild(house, bob, "child", [{ id: parent, share: 100_000 }]);
  const license = await freeLicense(house, parent, 50_000, carol);
  const token = await deployToken("PlainToken", [requester], [house.addresses.RoyaltyLedger]);
  const currency = await token.getAddress();
  await ledger.connect(requester).pay(child, COIN, 1000n, { value: 1000n });
  await ledger.connect(requester).pay(child, currency, 1000n);
  await market.connect(requester).post(newJob(), { value: PRICE });
  await market.connect(requester).post(newJob(), { value: PRICE });
  await market.connect(requester).cancel(2n);
  return { house, parent, child, license, token, currency };
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
      2n * PRICE,
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
  "works and licenses move": async ({ house, parent, license }) => {
    await house.works.connect(house.alice).transferFrom(house.alice.address, house.dave.address, parent);
    await house.licenses.connect(house.carol).transferFrom(house.carol.address, house.dave.address, license);
  },
};

type Proof = { setUp?: (w: World) => Promise<unknown>; args: (w: World) => unknown[] };

const none: Proof = { args: () => [] };
/** Another authority. The present one does it itself, told to by `updateAuthority`. */
const handOver: Proof = { args: ({ house }) => [house.addresses.LicenseToken] };
const unpause = (contract: "works" | "licenses" | "market"): Proof => ({
  setUp: ({ house }) => house[contract].connect(house.deployer).pause(),
  args: () => [],
});

/** Every restricted function, and how the admin calls it with the most power it gives. A new one must be entered here. */
const PROOFS: Record<string, Proof> = {
  "WorkRegistry.setAuthority": handOver,
  "WorkRegistry.pause": none,
  "WorkRegistry.unpause": unpause("works"),
  "LicenseToken.setAuthority": handOver,
  "LicenseToken.pause": none,
  "LicenseToken.unpause": unpause("licenses"),
  "JobMarket.setAuthority": handOver,
  "JobMarket.pause": none,
  "JobMarket.unpause": unpause("market"),
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

const FIELDS: Record<string, "works" | "licenses" | "market" | "authority"> = {
  WorkRegistry: "works",
  LicenseToken: "licenses",
  JobMarket: "market",
  Authority: "authority",
};

/** Calls a restricted function as the deployer, who has every role: at once, or announced and after its delay. */
async function asRole(w: World, contract: string, data: string): Promise<void> {
  const { authority, deployer } = w.house;
  const field = FIELDS[contract];
  if (!field) throw new Error(`the fixture has no ${contract}`);
  const target = await w.house[field].getAddress();
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
      const field = FIELDS[contract];
      expect(field, `${contract} asks an authority: add it to FIELDS and its functions to PROOFS`).not.to.equal(
        undefined,
      );
      if (field) found.push(...(await restrictedFunctions(contract, await house[field].getAddress())));
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

      for (const [way, run] of Object.entries(WAYS_OUT)) {
        it(`stops nothing: ${way}`, async () => {
          const w = await loadFixture(world);
          await called(w, name, proof);
          await run(w);
        });
      }
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
  const [contract = "", called = ""] = name.split(".");
  const field = FIELDS[contract];
  if (!field) throw new Error(`the fixture has no ${contract}`);
  await setUp?.(w);
  await asRole(w, contract, w.house[field].interface.encodeFunctionData(called, args(w)));
}
