import { expect } from "chai";
import { type Abi, encodeFunctionData } from "viem";
import { disputeModuleAbi } from "../../common/abi/index.ts";
import type { Dispute } from "../../common/api/schemas.ts";
import { cidOfDigest } from "../../common/digest.ts";
import { DISPUTE_EFFECTS, disputeEffectBits, disputeEffectsOf } from "../../common/disputes.ts";
import {
  disputeArguments,
  type DisputeDraft,
  disputeProblem,
  initialDispute,
  openCall,
  WORK_CLAIMS,
  workIdOf,
} from "../../frontend/dispute/dispute-draft.ts";
import { disputeSteps } from "../../frontend/dispute/dispute-steps.ts";
import { statementCid } from "../../frontend/dispute/read-statement.ts";
import { en as enFirst } from "../../frontend/messages/en.ts";
import { enRooms } from "../../frontend/messages/en-rooms.ts";

const m = { ...enFirst, ...enRooms };
const DAY = 86_400;
const [CLAIMANT, OWNER, OTHER] = ["11", "22", "33"].map((byte) => `0x${byte.repeat(20)}`) as [string, string, string];
const HASH = `0x${"ab".repeat(32)}`;
const COIN = `0x${"0".repeat(40)}`;

type Told = Parameters<typeof disputeSteps>[0];
const told = (change: Partial<Dispute>): Told => ({
  status: "opened",
  claim: "near-duplicate",
  claimant: CLAIMANT,
  respondent: OWNER,
  openedAt: 0,
  deadline: 7 * DAY,
  left: ["lien", "block"],
  holds: true,
  workId: "5",
  ...change,
});

describe("what can be done about a dispute", () => {
  const answers = (reader: string | null, now: number, change: Partial<Dispute> = {}) =>
    disputeSteps(told(change), reader, OWNER, now).answer;

  it("is the owner's to answer at first, then anybody's but the claimant's, and nobody's when time is over", () => {
    expect([CLAIMANT, OWNER, OTHER, null].map((reader) => answers(reader, DAY))).to.deep.equal([
      false,
      true,
      false,
      false,
    ]);
    expect([CLAIMANT, OWNER, OTHER].map((reader) => answers(reader, 3 * DAY + 1))).to.deep.equal([false, true, true]);
    expect(answers(OWNER, 7 * DAY + 1)).to.equal(false);
    expect(answers(OTHER, 2 * DAY, { claim: "result-fraud", workId: null })).to.equal(true);
    // Sold meanwhile: the new owner answers too.
    expect(answers(OWNER, DAY, { respondent: OTHER })).to.equal(true);
  });

  it("is to ask the arbitrator once it is answered, and to move it on when a step's time is over", () => {
    for (const status of ["opened", "answered", "arbitrating", "ruled"] as const) {
      const before = disputeSteps(told({ status }), null, OWNER, 7 * DAY);
      expect([before.ask, before.poke], status).to.deep.equal([status === "answered", false]);
      const after = disputeSteps(told({ status }), null, OWNER, 7 * DAY + 1);
      expect([after.ask, after.poke], status).to.deep.equal([false, true]);
    }
    expect(disputeSteps(told({ status: "ended", deadline: 0 }), null, OWNER, 1).poke).to.equal(false);
  });

  it("is to carry out what the ruling left, and to end a hold that nothing needs", () => {
    const ruled = told({ status: "ruled", left: ["block"] });
    expect(disputeSteps(ruled, null, OWNER, 1)).to.deep.include({ execute: ["block"], release: true, evidence: false });
    expect(disputeSteps(told({ status: "ruled" }), null, OWNER, 1).release).to.equal(false);
    const over = told({ status: "ended", left: ["block"] });
    expect(disputeSteps(over, null, OWNER, 1)).to.deep.include({ execute: [], release: true });
    expect(disputeSteps(told({}), null, OWNER, 1)).to.deep.include({ execute: [], release: false, evidence: true });
  });
});

describe("a claim as a person types it", () => {
  const work = { id: "5", revenue: [] };
  const filled = (change: Partial<DisputeDraft> = {}): DisputeDraft => ({
    ...initialDispute("near-duplicate"),
    otherWork: "3",
    statement: "I drew this in spring.",
    ...change,
  });

  it("names a work by its number or by the address of its page", () => {
    for (const text of ["12", " #12 ", "http://localhost:4600/en/works/12", "/zh/works/12?x=1", "/works/12#disputes"]) {
      expect(workIdOf(text), text).to.equal("12");
    }
    for (const text of ["", "0x12", "12 apples", "/works/", "/works/12a", "1".repeat(19)]) {
      expect(workIdOf(text), text).to.equal(null);
    }
  });

  it("is refused with a sentence where something is missing", () => {
    const words = m.dispute.invalid;
    const cases: [DisputeDraft, string | null][] = [
      [filled(), null],
      [filled({ otherWork: "" }), words.otherWork],
      [filled({ otherWork: "5" }), words.otherWork],
      [filled({ effects: [] }), words.effects],
      [filled({ lien: "0" }), words.lien],
      [filled({ lien: "100.1" }), words.lien],
      [filled({ lien: "abc", effects: ["block"] }), null],
      [filled({ statement: "  " }), words.statement(20_000)],
      [filled({ ...initialDispute("missing-parent"), otherWork: "6", statement: "…" }), words.notOlder],
      [filled({ claim: "license-breach", effects: ["revoke"] }), words.licenses],
      [filled({ claim: "license-breach", effects: ["revoke"], licenseIds: ["9"] }), null],
      [filled({ claim: "exact-duplicate", effects: ["clear"], otherWork: "" }), words.commitment],
      [
        filled({ claim: "exact-duplicate", effects: ["clear"], root: HASH, salt: HASH, proof: "0x12" }),
        words.commitment,
      ],
      [
        filled({ claim: "exact-duplicate", effects: ["clear"], root: HASH, salt: HASH, proof: `${HASH}\n${HASH}` }),
        null,
      ],
    ];
    for (const [draft, sentence] of cases) expect(disputeProblem(draft, work, m)).to.equal(sentence);
  });

  it("becomes the contract's arguments, holding the work's income in every coin it was paid in, at most eight", () => {
    const row = {
      direct: "1",
      earned: "0",
      claimed: "0",
      claimable: "1",
      claimableAfterPull: "1",
      pulls: [],
      held: null,
      lienDues: [],
    };
    const currencies = Array.from({ length: 9 }, (_, i) => `0x${String(i + 1).repeat(40)}`);
    const revenue = [COIN, ...currencies].map((currency) => ({ ...row, currency }));
    const dispute = disputeArguments(filled({ lien: "12.5" }), { id: "5", revenue }, OTHER);
    expect(dispute).to.deep.equal({
      claim: 2,
      effects: 3,
      jurors: 3,
      lienPpm: 125_000,
      workId: 5n,
      otherWork: 3n,
      jobId: 0n,
      slashAmount: 0n,
      arbitrator: OTHER,
      currencies: [COIN, ...currencies.slice(0, 7)],
      licenseIds: [],
    });
  });

  it("encodes as the call that its claim needs, and sends the bond along", () => {
    const abi: Abi = disputeModuleAbi;
    for (const claim of WORK_CLAIMS) {
      const draft = filled({
        ...initialDispute(claim),
        otherWork: "3",
        root: HASH,
        salt: HASH,
        proof: `${HASH},${HASH}`,
      });
      const call = openCall(draft, disputeArguments(draft, work, OTHER), 7n);
      expect(call.functionName).to.equal(claim === "exact-duplicate" ? "openExactDuplicate" : "open");
      expect(call.value).to.equal(7n);
      const data = encodeFunctionData({ abi, ...call });
      expect(data.length).to.be.greaterThan(500);
      if (claim === "exact-duplicate") expect(call.args.slice(1)).to.deep.equal([HASH, HASH, [HASH, HASH]]);
    }
  });

  it("turns effects into bits and back", () => {
    for (let bits = 0; bits < 32; bits++) expect(disputeEffectBits(disputeEffectsOf(bits))).to.equal(bits);
    expect(Object.values(DISPUTE_EFFECTS)).to.deep.equal([1, 2, 4, 8, 16]);
  });
});

describe("what a dispute names as evidence", () => {
  it("is fetched only where its name is the hash of its bytes", () => {
    const cid = cidOfDigest(HASH as `0x${string}`);
    expect(statementCid(`ipfs://${cid}`)).to.equal(cid);
    const others = [
      `ipfs://${cid}/../../x`,
      `ipfs://${cid}?x`,
      "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
      "javascript:alert(1)",
      "https://example.org/a",
      "",
    ];
    for (const uri of others) expect(statementCid(uri), uri).to.equal(null);
  });
});
