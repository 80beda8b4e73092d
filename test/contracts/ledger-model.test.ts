import { expect } from "chai";
import { Prng } from "../../common/prng.ts";
import { COIN, deployHouse, type House, registerChild, registerRoot } from "./house.ts";
import { LedgerModel, type ModelEdge } from "./ledger-model.ts";
import { ethers, loadFixture } from "./network.ts";

const WORKS = 9;
const STEPS = 60;
const PPM = 1_000_000n;

/** Random parents with shares that keep the stack within the whole; a fifth of the works are roots. */
function randomEdges(prng: Prng, model: LedgerModel): ModelEdge[] {
  const edges: ModelEdge[] = [];
  if (model.works.length === 0 || prng.below(5) === 0) return edges;
  let stack = 0n;
  for (let wanted = 1 + prng.below(3); wanted > 0; --wanted) {
    const parent = prng.below(model.works.length);
    const share = prng.below(4) === 0 ? 0n : BigInt(prng.below(200_000));
    const more = share + (model.works[parent]?.stack ?? 0n);
    if (edges.some((edge) => edge.parent === parent) || stack + more > PPM) continue;
    stack += more;
    edges.push({ parent, share });
  }
  return edges;
}

async function randomWorks(house: House, prng: Prng, model: LedgerModel, seed: number): Promise<void> {
  const owners = [house.alice, house.bob, house.carol];
  for (let i = 0; i < WORKS; ++i) {
    const owner = owners[prng.below(owners.length)] ?? house.alice;
    const edges = randomEdges(prng, model);
    model.add(edges);
    const name = `seed ${seed} work ${i}`;
    if (edges.length === 0) await registerRoot(house, owner, name);
    else {
      const parents = edges.map((edge) => ({ id: BigInt(edge.parent + 1), share: Number(edge.share) }));
      await registerChild(house, owner, name, parents);
    }
  }
}

/** One random payment, pull or claim, on the chain and in the model alike. */
async function randomStep(house: House, prng: Prng, model: LedgerModel): Promise<void> {
  const { ledger, dave } = house;
  const work = prng.below(WORKS);
  const id = BigInt(work + 1);
  const action = prng.below(10);
  if (action < 4) {
    const amount = BigInt(1 + prng.below(action === 0 ? 2_000_000_000 : 40));
    if (action === 3) {
      model.payUpstream(work, amount);
      await ledger.connect(dave).payUpstream(id, COIN, amount, { value: amount });
      return;
    }
    model.pay(work, amount);
    await ledger.connect(dave).pay(id, COIN, amount, { value: amount });
  } else if (action < 8) {
    const count = model.works[work]?.edges.length ?? 0;
    if (count === 0) return;
    const index = prng.below(count);
    expect(await ledger.pullable(id, BigInt(index), COIN)).to.equal(model.pullable(work, index));
    model.pull(work, index);
    await ledger.connect(dave).pull(id, BigInt(index), COIN);
  } else {
    const owner = await house.works.ownerOf(id);
    const before = await ethers.provider.getBalance(owner);
    await ledger.connect(dave).claim(id, COIN);
    expect((await ethers.provider.getBalance(owner)) - before).to.equal(model.claim(work));
  }
}

describe("RoyaltyLedger against a plain model of its rule", () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`agrees to the unit after each of ${STEPS} random steps (seed ${seed})`, async () => {
      const house = await loadFixture(deployHouse);
      const prng = new Prng(seed);
      const model = new LedgerModel();
      await randomWorks(house, prng, model, seed);
      for (const [work, { stack }] of model.works.entries()) {
        expect(await house.works.stackOf(BigInt(work + 1))).to.equal(stack);
      }
      for (let step = 0; step < STEPS; ++step) {
        await randomStep(house, prng, model);
        for (let work = 0; work < WORKS; ++work) {
          expect(await house.ledger.claimable(BigInt(work + 1), COIN), `step ${step} work ${work}`).to.equal(
            model.claimable(work),
          );
        }
      }
      await pullAll(house, model);
      let dust = await ethers.provider.getBalance(house.addresses.RoyaltyLedger);
      for (let work = 0; work < WORKS; ++work) {
        const entitled = (await house.ledger.claimable(BigInt(work + 1), COIN)) as bigint;
        const { claimed } = await house.ledger.accountOf(BigInt(work + 1), COIN);
        // Rounding takes less than one unit for the work itself and for each edge into it.
        const short = model.dueByPaths(work) - (entitled + claimed) * PPM;
        const rounding = 1 + model.works.flatMap(({ edges }) => edges).filter((edge) => edge.parent === work).length;
        expect(
          short >= 0n && short < BigInt(rounding) * PPM,
          `work ${work} is short of ${short} ppm of a unit`,
        ).to.equal(true);
        dust -= entitled;
      }
      expect(dust >= 0n && dust <= BigInt(WORKS * 4), `dust ${dust}`).to.equal(true);
    });
  }
});

async function pullAll(house: House, model: LedgerModel): Promise<void> {
  for (let work = WORKS - 1; work >= 0; --work) {
    for (const index of model.works[work]?.edges.keys() ?? []) {
      await house.ledger.pull(BigInt(work + 1), BigInt(index), COIN);
    }
  }
}
