import { expect } from "chai";
import { zeroAddress } from "viem";
import { accountSchema, answerOf, type Dispute, workDetailSchema } from "../../common/api/schemas.ts";
import { DISPUTE_CLAIMS, type DisputeClaim, type DisputeEffect, disputeEffectBits } from "../../common/disputes.ts";
import { Prng } from "../../common/prng.ts";
import { type Harness, startHarness } from "./support/harness.ts";
import { MarketDriver } from "./support/market-driver.ts";

const DAY = 86_400;
/** The contract's enum `Status`, in the API's words. */
const STATUSES = [null, "opened", "answered", "arbitrating", "ruled", "ended"] as const;
const RULINGS = ["none", "claimant", "respondent"] as const;

type Chain = {
  status: number;
  deadline: number;
  holds: boolean;
  bond: bigint;
  effects: number;
  ruling: number;
  respondent: string;
};

describe("disputes in the API, from opening to the last coin", function () {
  this.timeout(60_000);
  let market: Harness;
  let driver: MarketDriver;
  /** The older work, of account 2, and the one complained of, of account 3. */
  const older = "1";
  const work = "2";

  before(async function () {
    const started = await startHarness();
    if (!started) return this.skip();
    market = started;
    driver = new MarketDriver(market.anvil, new Prng("disputes"));
    for (const owner of [2, 3]) {
      await driver.send(owner, "LicenseToken", "publish", [driver.newWork(), driver.terms(), driver.offer(1n)]);
    }
    await mined();
  });
  after(() => market?.close());

  async function mined(): Promise<void> {
    await market.anvil.mine();
    await market.indexed();
  }

  async function pass(seconds: number): Promise<void> {
    await market.anvil.rpc("evm_increaseTime", [seconds]);
    await mined();
  }

  const detail = async (id: string) =>
    answerOf(workDetailSchema).parse((await market.get(`/v1/works/${id}`)).body).data;
  const creditOf = async (account: number) =>
    answerOf(accountSchema).parse((await market.get(`/v1/accounts/${driver.account(account)}`)).body).data.bondCredit;

  function asked(claim: DisputeClaim, effects: DisputeEffect[], lienPpm: number): object {
    return {
      claim: DISPUTE_CLAIMS.indexOf(claim),
      effects: disputeEffectBits(effects),
      jurors: 3,
      lienPpm,
      workId: BigInt(work),
      otherWork: BigInt(older),
      jobId: 0n,
      slashAmount: 0n,
      arbitrator: market.anvil.deployment.contracts.CommitteeArbitrator,
      currencies: [zeroAddress],
      licenseIds: [],
    };
  }

  async function open(from: number, dispute: object): Promise<bigint> {
    const bond = await driver.read<bigint>("DisputeModule", "bondOf", [dispute]);
    await driver.send(from, "DisputeModule", "open", [dispute], bond);
    await mined();
    return bond;
  }

  /** The newest dispute as the API tells it; it must agree with the chain's own record. */
  async function told(): Promise<Dispute> {
    const [dispute] = (await detail(work)).disputes;
    if (!dispute) throw new Error("no dispute is told of");
    const chain = await driver.read<Chain>("DisputeModule", "disputeOf", [BigInt(dispute.id)]);
    expect(dispute).to.deep.include({
      status: STATUSES[chain.status],
      deadline: chain.deadline,
      holds: chain.holds,
      bond: String(chain.bond),
      respondent: chain.respondent.toLowerCase(),
    });
    expect(disputeEffectBits(dispute.left)).to.equal(chain.effects);
    if (dispute.ruling) expect(dispute.ruling).to.equal(RULINGS[chain.ruling]);
    return dispute;
  }

  it("tells of a dispute on both works' pages, with what is asked, the bond and the hold", async () => {
    const bond = await open(2, asked("missing-parent", ["lien"], 250_000));
    const dispute = await told();
    expect(dispute).to.deep.include({
      claim: "missing-parent",
      status: "opened",
      workId: work,
      otherWorkId: older,
      claimant: driver.account(2).toLowerCase(),
      respondent: driver.account(3).toLowerCase(),
      bond: String(bond),
      asked: ["lien"],
      left: ["lien"],
      holds: true,
      ruling: null,
    });
    const [complained, other] = await Promise.all([detail(work), detail(older)]);
    expect(other.disputes.map(({ id }) => id)).to.deep.equal([dispute.id]);
    expect(other.heldUntil).to.equal(null);
    expect(complained.heldUntil).to.be.greaterThan(market.indexer.now + 44 * DAY);
    expect(complained.history.slice(0, 2).map(({ type }) => type)).to.have.members(["held", "dispute-opened"]);
  });

  it("takes evidence as it was spelled, and none of it stops the index", async () => {
    const uris = ["https://example.org/Proof?Case=Kept", "ipfs://broken\u0000\u0007name", "ipfs://ünïcode"];
    for (const uri of uris) await driver.send(5, "DisputeModule", "submitEvidence", [1n, uri]);
    await mined();
    const { exhibits, exhibitCount } = await told();
    expect(exhibits.map(({ uri }) => uri)).to.deep.equal([uris[0], "ipfs://broken\ufffd\ufffdname", uris[2]]);
    expect(exhibits.map(({ party }) => party)).to.deep.equal(Array(3).fill(driver.account(5).toLowerCase()));
    expect(exhibitCount).to.equal(3);
  });

  it("follows a claim that nobody answered to its lien, and the bond back to its owner", async () => {
    await pass(7 * DAY + 1);
    await driver.send(6, "DisputeModule", "poke", [1n]);
    await mined();
    expect(await told()).to.deep.include({ status: "ruled", ruling: "claimant", byDefault: true, left: ["lien"] });
    const { bond } = await told();
    expect(await creditOf(2)).to.equal(bond);

    await driver.send(6, "DisputeModule", "execute", [1n, 1]);
    await mined();
    expect(await told()).to.deep.include({ status: "ended", left: [], holds: false, deadline: 0 });
    const after = await detail(work);
    expect(after.liens).to.deep.equal([{ share: 250_000, heard: false, workId: older, account: null }]);
    expect(after.heldUntil).to.equal(null);

    await driver.send(2, "DisputeModule", "withdraw", []);
    await mined();
    expect(await creditOf(2)).to.equal("0");
  });

  it("follows an answered claim before the arbitrator, who says nothing, and halves what is left", async () => {
    const bond = await open(4, asked("missing-parent", ["lien"], 1_000_000));
    await driver.send(3, "DisputeModule", "answer", [2n], bond);
    await mined();
    expect(await told()).to.deep.include({ id: "2", status: "answered" });
    await driver.send(6, "DisputeModule", "startArbitration", [2n]);
    await mined();
    expect((await told()).status).to.equal("arbitrating");
    await pass(30 * DAY + 1);
    await driver.send(6, "DisputeModule", "poke", [2n]);
    await mined();
    expect(await told()).to.deep.include({ status: "ended", ruling: "none", byDefault: false });
    const [claimant, respondent] = [BigInt(await creditOf(4)), BigInt(await creditOf(3))];
    expect(respondent - claimant <= 1n && claimant > 0n && claimant < bond).to.equal(true);
    const { history } = await detail(work);
    expect(history.filter(({ type }) => type === "dispute-ruled").map(({ params }) => params.ruling)).to.deep.equal([
      "0",
      "1",
    ]);
  });
});
