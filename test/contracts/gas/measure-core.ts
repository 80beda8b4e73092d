/** Steady-state gas of registry and ledger. */
import { expect } from "chai";
import { newWork, offerOf, remixTerms } from "../house.ts";
import { ethers, loadFixture } from "../network.ts";
import { coCreate, splitOf, strangers } from "../core/co-creation.ts";
import { type CoreHouse, deployCore, gasOf, tokenFor } from "../core/core-house.ts";

const HOPS = 8;
const DEPTH = 64;

async function license(core: CoreHouse, parent: bigint, holder: { address: string }) {
  const owner = await ethers.getSigner(await core.works.ownerOf(parent));
  await core.licenses.connect(owner).setOffer(parent, remixTerms(1000), offerOf(0n));
  await core.licenses.buy(await core.licenses.totalOffers(), holder.address, 0n);
  return await core.licenses.totalLicenses();
}

async function measureRegistry(core: CoreHouse): Promise<Record<string, number>> {
  const { works, licenses, alice } = core;
  const mine = works.connect(alice);
  await mine.register(newWork("first"));
  const register = await gasOf(mine.register(newWork("second")));
  await licenses.connect(alice).publish(newWork("publish 1"), remixTerms(10_000), offerOf(100n));
  const publish = await gasOf(licenses.connect(alice).publish(newWork("publish 2"), remixTerms(10_000), offerOf(100n)));
  const salt = ethers.id("salt");
  const leaf = await works.leafOf(newWork("committed").contentHash, alice.address, salt);
  const proof = [ethers.id("a"), ethers.id("b"), ethers.id("c"), ethers.id("d")];
  const rootOf = (from: string) =>
    proof.reduce((node, sibling) => ethers.keccak256(ethers.concat([node, sibling].toSorted())), from);
  const commitRoot = await gasOf(mine.commit(rootOf(leaf)));
  const registerCommitted = await gasOf(mine.registerCommitted(newWork("committed"), rootOf(leaf), salt, proof));
  return { register, publish, commitRoot, registerCommitted };
}

/** Gas of registering the work at each depth of a chain, and the leaf. */
async function chainOf(core: CoreHouse, depth: number): Promise<{ gas: number[]; leaf: bigint }> {
  const { works, carol } = core;
  await works.connect(carol).register(newWork("chain"));
  await works.connect(carol).register(newWork("aside"));
  let leaf = (await works.totalWorks()) - 1n;
  const gas: number[] = [];
  for (let hop = 1; hop <= depth; ++hop) {
    const licenseId = await license(core, leaf, carol);
    gas.push(await gasOf(works.connect(carol).registerDerivative(newWork(`hop ${hop}`), [licenseId])));
    leaf = await works.totalWorks();
  }
  return { gas, leaf };
}

async function measureLedger(core: CoreHouse, leaf: bigint): Promise<Record<string, number>> {
  const { ledger, bob, carol } = core;
  const { token, currency } = await tokenFor(core, "PlainToken", bob, carol);
  const path = Array<bigint>(HOPS).fill(0n);
  const pay = () => ledger.connect(bob).pay(leaf, currency, 10_000_000n);
  await pay();
  const payRoyalty = await gasOf(pay());
  await ledger.pullPath(leaf, path, currency);
  await pay();
  const pullEdge = await gasOf(ledger.pull(leaf, 0n, currency));
  await ledger.pullPath(leaf, path, currency);
  await pay();
  const pullPath8 = await gasOf(ledger.pullPath(leaf, path, currency));
  await ledger.claim(leaf, currency);
  await pay();
  const before = await token.balanceOf(carol.address);
  const claim = await gasOf(ledger.claim(leaf, currency));
  expect((await token.balanceOf(carol.address)) > before).to.equal(true);
  return { payRoyalty, pullEdge, pullPath8, claim };
}

async function measureSplit(core: CoreHouse): Promise<number> {
  const { ledger, alice, bob } = core;
  const { currency } = await tokenFor(core, "PlainToken", bob);
  const split = splitOf(strangers(10).map((person) => [person, 100_000]));
  const workId = await coCreate(core, alice, split, "split of ten");
  const claim = async () => {
    await ledger.connect(bob).pay(workId, currency, 10_000_000n);
    return await gasOf(ledger.claimSplit(workId, currency, split.payees, split.ppm));
  };
  await claim();
  return await claim();
}

/** ERC-20 payments; what a first time fills is filled. */
export async function measureCore(): Promise<Record<string, number>> {
  const core = await loadFixture(deployCore);
  const registry = await measureRegistry(core);
  const { gas, leaf } = await chainOf(core, DEPTH);
  // The first of the chain fills the holder's first slots.
  const [, registerDerivative = 0] = gas;
  return {
    ...registry,
    registerDerivative,
    registerDerivativeDepth64: gas.at(-1) ?? 0,
    ...(await measureLedger(core, leaf)),
    split10: await measureSplit(core),
  };
}
