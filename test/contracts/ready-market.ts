/** A job market with one model, one operator and one requester, and jobs in each state. */
import { asHouse, type ComputeHouse as House, deployComputeHouse } from "./compute-house.ts";
import { COIN, MINIMUM_STAKE, registerRoot } from "./house.ts";
import { ethers, time } from "./network.ts";

export const SPEC = ethers.id("spec");
export const OUTPUT = ethers.id("output");
export const RECEIPT = ethers.id("receipt");
export const STAKE = 10n * MINIMUM_STAKE;
export const PRICE = 1_000_000n;
/** 20 % of the price. */
export const LOCKED = 200_000n;
/** The model's share: 25 %. */
export const SHARE = 250_000;
export const Status = {
  Posted: 1n,
  Accepted: 2n,
  Submitted: 3n,
  Disputed: 4n,
  Settled: 5n,
  Refunded: 6n,
  Split: 7n,
  Checking: 8n,
};

/** A model (id 1) of alice with a share of 25 %, an operator with stake, and a requester. */
export async function readyMarket() {
  const house = await deployComputeHouse();
  const model = await registerRoot(asHouse(house), house.alice, "model", 5);
  await house.market.connect(house.alice).setModelShare(model, SHARE);
  await house.operators.connect(house.operator).register(ethers.id("capability"), { value: STAKE });
  return { ...house, house, model };
}

export function newJob(fields: Partial<ReturnType<typeof jobDefaults>> = {}) {
  return { ...jobDefaults(), ...fields };
}

export function jobDefaults() {
  return {
    modelWork: 1n,
    operator: ethers.ZeroAddress,
    currency: COIN,
    price: PRICE,
    specDigest: SPEC,
    acceptWithin: 600,
    submitWithin: 300,
    reviewWithin: 120,
    verification: 0,
    coinRate: 0n,
    referrer: ethers.ZeroAddress,
  };
}

export async function post(house: House, fields: Parameters<typeof newJob>[0] = {}): Promise<bigint> {
  const job = newJob(fields);
  const escrow: bigint = await house.market.escrowFor(job.price, job.verification);
  await house.market.connect(house.requester).post(job, { value: job.currency === COIN ? escrow : 0n });
  return await house.market.totalJobs();
}

export async function accepted(house: House, fields: Parameters<typeof newJob>[0] = {}): Promise<bigint> {
  const id = await post(house, fields);
  await house.market.connect(house.operator).accept(id);
  return id;
}

export async function submitted(house: House, fields: Parameters<typeof newJob>[0] = {}): Promise<bigint> {
  const id = await accepted(house, fields);
  await house.market.connect(house.operator).submit(id, OUTPUT, RECEIPT);
  return id;
}

export async function disputed(house: House, fields: Parameters<typeof newJob>[0] = {}): Promise<bigint> {
  const id = await submitted(house, fields);
  await house.market.connect(house.requester).dispute(id, ethers.id("reason"));
  return id;
}

/** Lets the job's present deadline pass. */
export async function timeOut(house: House, id: bigint) {
  await time.setNextBlockTimestamp((await house.market.jobOf(id)).deadline + 1n);
}

export async function credits(house: House, currency = COIN) {
  const of = (account: { address: string }) => house.market.creditOf(account.address, currency);
  return { requester: await of(house.requester), operator: await of(house.operator), alice: await of(house.alice) };
}
