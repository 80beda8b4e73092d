import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import type { ComputeHouse } from "./compute-house.ts";
import { COIN, deployHouse, deployToken, freeLicense, type House, newWork, offerOf, remixTerms } from "./house.ts";
import { loadFixture } from "./network.ts";
import { newJob, OUTPUT, PRICE, RECEIPT, readyMarket } from "./ready-market.ts";

const DOCUMENT = path.join(import.meta.dirname, "../../docs/contracts.md");
/** How far a figure may be from the document's: gas is deterministic, calldata of another test is not. */
const TOLERANCE = 0.02;
const HOPS = 8;

type Sent = Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>;

async function gasOf(sent: Sent): Promise<number> {
  const receipt = await (await sent).wait();
  if (!receipt) throw new Error("a transaction has no receipt");
  return Number(receipt.gasUsed);
}

/** Gas of the second time: every account and slot that a first time fills is filled. */
async function second(act: (round: number) => Sent): Promise<number> {
  await (await act(1)).wait();
  return await gasOf(act(2));
}

async function measureWorks(house: House): Promise<Record<string, number>> {
  const { works, licenses, ledger, alice, bob, carol } = house;
  const rows: Record<string, number> = {};
  rows["register"] = await second((i) => works.connect(alice).register(newWork(`register ${i}`)));
  rows["publish (register and offer)"] = await second((i) =>
    licenses.connect(alice).publish(newWork(`publish ${i}`), remixTerms(10_000), offerOf(100n)),
  );
  const offered = await licenses.totalOffers();
  rows["buy a license, coin"] = await second(() =>
    licenses.connect(bob).buy(offered, bob.address, 100n, { value: 100n }),
  );
  const token = await deployToken("PlainToken", [bob], [house.addresses.RoyaltyLedger]);
  await licenses.connect(alice).setOffer(1n, remixTerms(10_000), offerOf(100n, await token.getAddress()));
  const inToken = await licenses.totalOffers();
  rows["buy a license, ERC-20"] = await second(() => licenses.connect(bob).buy(inToken, bob.address, 100n));

  const held: bigint[] = [];
  for (const parent of [1n, 1n, 1n, 2n, 1n, 2n]) held.push(await freeLicense(house, parent, 1000, carol));
  rows["register a derivative of 1"] = await second((i) =>
    works.connect(carol).registerDerivative(newWork(`one ${i}`), [held[i - 1]]),
  );
  rows["register a derivative of 2"] = await second((i) =>
    works.connect(carol).registerDerivative(newWork(`two ${i}`), [held[2 * i], held[2 * i + 1]]),
  );
  rows["publish a derivative: buy 1, register, offer"] = await second((i) =>
    licenses
      .connect(bob)
      .publishDerivative(newWork(`derive ${i}`), [], [offered], remixTerms(10_000), offerOf(100n), { value: 100n }),
  );

  let leaf = 1n;
  for (let hop = 1; hop <= HOPS; ++hop) {
    const license = await freeLicense(house, leaf, 1000, carol);
    await works.connect(carol).registerDerivative(newWork(`hop ${hop}`), [license]);
    leaf = await works.totalWorks();
  }
  const pay = () => ledger.connect(bob).pay(leaf, COIN, 10_000n, { value: 10_000n });
  rows["pay a work, coin"] = await second(pay);
  const path8 = Array<bigint>(HOPS).fill(0n);
  await ledger.pullPath(leaf, path8, COIN);
  await pay();
  rows["pull one edge"] = await gasOf(ledger.pull(leaf, 0n, COIN));
  await ledger.pullPath(leaf, path8, COIN);
  await pay();
  rows["pull a path of 8"] = await gasOf(ledger.pullPath(leaf, path8, COIN));
  await ledger.claim(leaf, COIN);
  await pay();
  rows["claim, coin"] = await gasOf(ledger.claim(leaf, COIN));
  return rows;
}

async function measureJobs({ house }: { house: ComputeHouse }): Promise<Record<string, number>> {
  const { market, requester, operator } = house;
  const steps = [
    () => market.connect(requester).post(newJob(), { value: PRICE }),
    (id: bigint) => market.connect(operator).accept(id),
    (id: bigint) => market.connect(operator).submit(id, OUTPUT, RECEIPT),
    (id: bigint) => market.connect(requester).settle(id),
  ];
  const gas: number[] = [];
  for (const id of [1n, 2n]) {
    for (const [index, step] of steps.entries()) gas[index] = await gasOf(step(id));
  }
  const many = Array.from({ length: 10 }, (_, i) => BigInt(i + 3));
  for (const id of many) for (const step of steps.slice(0, 3)) await step(id);
  const [post = 0, accept = 0, submit = 0, settle = 0] = gas;
  return {
    "post a job, coin": post,
    "accept a job": accept,
    "submit a job": submit,
    "settle a job": settle,
    "a job from post to settled": post + accept + submit + settle,
    "settle, each of 10 at once": Math.round((await gasOf(market.connect(requester).settleMany(many))) / 10),
  };
}

/** Rows "| what | gas |" of the document's table. */
async function documented(): Promise<Map<string, number>> {
  const text = await readFile(DOCUMENT, "utf8");
  const rows = [...text.matchAll(/^\| ([^|]+?) +\| +([\d,]+) +\|/gm)];
  return new Map(rows.map(([, what = "", gas = ""]) => [what, Number(gas.replaceAll(",", ""))]));
}

describe("Gas", () => {
  it("of each everyday step is what docs/contracts.md says, within 2 %", async () => {
    const measured = {
      ...(await measureWorks(await loadFixture(deployHouse))),
      ...(await measureJobs(await loadFixture(readyMarket))),
    };
    const table = await documented();
    const wrong = Object.entries(measured).filter(([what, gas]) => {
      const said = table.get(what);
      return said === undefined || Math.abs(gas - said) > said * TOLERANCE;
    });
    const rows = Object.entries(measured).map(([what, gas]) => `| ${what} | ${gas.toLocaleString("en-US")} |`);
    expect(wrong, `docs/contracts.md should say:\n${rows.join("\n")}`).to.deep.equal([]);
  });
});
