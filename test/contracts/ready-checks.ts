/** A job market with verifiers, and checked jobs in each stage. */
import type { ComputeHouse as House } from "./compute-house.ts";
import { MINIMUM_STAKE } from "./house.ts";
import { ethers, networkHelpers, time } from "./network.ts";
import { OUTPUT, RECEIPT, readyMarket, SPEC, submitted, timeOut } from "./ready-market.ts";

export const Stage = {
  None: 0n,
  Requested: 1n,
  Drawn: 2n,
  Decided: 3n,
  Stuck: 4n,
  Arbitrated: 5n,
  Closed: 6n,
  Ruled: 7n,
};
export const HOUR = 3600;
/** A result that is not the operator's. */
export const OTHER = ethers.id("other output");
export const THIRD = ethers.id("third output");
/** Quarter of the minimum stake. */
export const PENALTY = MINIMUM_STAKE / 4n;
export const BOND = 10n * MINIMUM_STAKE;
const SALT = ethers.id("salt");
const FIRST_VERIFIER = 10;

export type Checked = Awaited<ReturnType<typeof readyChecks>>;
type Account = Awaited<ReturnType<typeof ethers.getSigners>>[number];
/** What a verifier finds; `hidden` commits and never reveals, `absent` does nothing. */
export type Finding = string;

/** As `readyMarket`, with seven verifiers of equal bonds. */
export async function readyChecks() {
  const ready = await readyMarket();
  const verifiers = (await ethers.getSigners()).slice(FIRST_VERIFIER, FIRST_VERIFIER + 7);
  for (const verifier of verifiers) {
    await ready.operators.connect(verifier).register(ethers.id("verifier"), { value: 2n * BOND });
    await ready.operators.connect(verifier).becomeVerifier(BOND);
  }
  return { ...ready, verifiers };
}

/** A submitted job of class 1 (or as said) that its requester refuses. */
export async function refused(house: House, fields: Parameters<typeof submitted>[1] = {}): Promise<bigint> {
  const id = await submitted(house, { verification: 1, ...fields });
  await house.market.connect(house.requester).dispute(id, ethers.id("reason"));
  return id;
}

/** A submitted job of class 1 (or as said) that its requester does not look at. */
export async function unreviewed(house: House, fields: Parameters<typeof submitted>[1] = {}): Promise<bigint> {
  const id = await submitted(house, { verification: 1, ...fields });
  await timeOut(house, id);
  await house.market.connect(house.dave).poke(id);
  return id;
}

/** Mines until the block that draws is known, and draws. */
export async function draw(house: House, id: bigint) {
  const { drawBlock } = await house.checks.checkOf(id);
  const now = BigInt(await ethers.provider.getBlockNumber());
  if (drawBlock > now) await networkHelpers.mine(drawBlock - now);
  return house.checks.connect(house.dave).draw(id);
}

/** A refused job whose verifiers are drawn. */
export async function drawn(house: House, fields: Parameters<typeof submitted>[1] = {}): Promise<bigint> {
  const id = await refused(house, fields);
  await draw(house, id);
  return id;
}

/** The verifiers of the present round, in the order of their votes. */
export async function drawnVerifiers(house: House, id: bigint): Promise<Account[]> {
  const votes = await house.checks.votesOf(id);
  const signers: Account[] = [];
  for (const vote of votes.slice(-3)) signers.push(await ethers.getSigner(vote.verifier));
  return signers;
}

/** The present round's verifiers commit to and reveal what they found; then the time to reveal is over. */
export async function vote(house: House, id: bigint, findings: Finding[]) {
  const { checks } = house;
  const { round } = await checks.checkOf(id);
  const voters = await drawnVerifiers(house, id);
  for (const [index, voter] of voters.entries()) {
    const finding = findings[index] ?? "absent";
    if (finding === "absent") continue;
    const verdict = finding === "hidden" ? OUTPUT : finding;
    const commitment = await checks.commitmentOf(id, round, voter.address, verdict, SALT);
    await checks.connect(voter).commit(id, commitment);
  }
  await time.increaseTo(Number((await checks.checkOf(id)).deadline) + 1);
  for (const [index, voter] of voters.entries()) {
    const finding = findings[index] ?? "absent";
    if (finding === "absent" || finding === "hidden") continue;
    await checks.connect(voter).reveal(id, finding, SALT);
  }
  await time.increase(7 * HOUR);
}

/** Counts the verdicts, by dave. */
export function tally(house: House, id: bigint) {
  return house.checks.connect(house.dave).tally(id, SPEC, OUTPUT, RECEIPT);
}

/** A refused job that the verifiers decided. */
export async function decided(house: House, findings: Finding[], fields: Parameters<typeof submitted>[1] = {}) {
  const id = await drawn(house, fields);
  await vote(house, id, findings);
  await tally(house, id);
  return id;
}

/** Ends a decided, stuck or arbitrated check when its time is over. */
export async function closeLate(house: House, id: bigint) {
  const { deadline } = await house.checks.checkOf(id);
  if (BigInt(await time.latest()) <= deadline) await time.increaseTo(Number(deadline) + 1);
  return house.checks.connect(house.dave).close(id);
}
