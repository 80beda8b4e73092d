/** A claim as a person types it, and as `DisputeModule.open` takes it. */
import type { WorkDetail } from "../../common/api/schemas.ts";
import { DISPUTE_CLAIMS, type DisputeClaim, type DisputeEffect, disputeEffectBits } from "../../common/disputes.ts";
import { LIMITS } from "../../common/limits.ts";
import type { Messages } from "../messages/en-rooms.ts";

/** Claims about a work; results are disputed on their job's page. */
export const WORK_CLAIMS = ["near-duplicate", "missing-parent", "license-breach", "exact-duplicate"] as const;
export type WorkClaim = (typeof WORK_CLAIMS)[number] & DisputeClaim;

export type DisputeDraft = {
  claim: WorkClaim;
  /** Number or address of the work that was copied, left out or licensed. */
  otherWork: string;
  effects: DisputeEffect[];
  /** Percent of the owner's share. */
  lien: string;
  licenseIds: string[];
  jurors: 3 | 5 | 7;
  /** The claimant's own commitment: root, salt, and the proof's hashes, separated by anything. */
  root: string;
  salt: string;
  proof: string;
  statement: string;
};

const COIN = `0x${"0".repeat(40)}` as const;
const MAX_CURRENCIES = 8;
const HASH = /^0x[0-9a-f]{64}$/i;

/** What each claim asks for to begin with: the mildest that helps. */
const USUAL: Record<WorkClaim, { effects: DisputeEffect[]; lien: string }> = {
  "near-duplicate": { effects: ["lien", "block"], lien: "100" },
  "missing-parent": { effects: ["lien"], lien: "10" },
  "license-breach": { effects: ["lien"], lien: "100" },
  "exact-duplicate": { effects: ["clear", "block"], lien: "100" },
};

/** An empty claim of one kind. */
export function initialDispute(claim: WorkClaim): DisputeDraft {
  const empty = { otherWork: "", licenseIds: [], jurors: 3, root: "", salt: "", proof: "", statement: "" } as const;
  return { claim, ...USUAL[claim], ...empty, licenseIds: [] };
}

/** The work that a typed number or a pasted address names, or null. */
export function workIdOf(text: string): string | null {
  return /^\s*#?(\d{1,18})\s*$/.exec(text)?.[1] ?? /\/works\/(\d{1,18})(?:[/?#]|\s*$)/.exec(text)?.[1] ?? null;
}

/** Percent as ppm, or null where the text is none above 0 and up to 100. */
function lienPpm(text: string): number | null {
  const match = /^(\d{1,3})(?:[.,](\d{1,4}))?\s*%?$/.exec(text.trim());
  if (!match) return null;
  const ppm = Number(match[1]) * 10_000 + Number((match[2] ?? "").padEnd(4, "0"));
  return ppm > 0 && ppm <= 1_000_000 ? ppm : null;
}

const hashesOf = (text: string): string[] => text.split(/[^0-9a-fx]+/i).filter(Boolean);

/** What is wrong with a claim, in the reader's language, or null. The chain checks the rest before anything is sent. */
export function disputeProblem(draft: DisputeDraft, work: Pick<WorkDetail, "id">, m: Messages): string | null {
  const words = m.dispute.invalid;
  const other = workIdOf(draft.otherWork);
  if (draft.claim !== "exact-duplicate" && (other === null || other === work.id)) return words.otherWork;
  if (draft.claim === "missing-parent" && BigInt(other ?? 0) >= BigInt(work.id)) return words.notOlder;
  if (draft.effects.length === 0) return words.effects;
  if (draft.effects.includes("lien") && lienPpm(draft.lien) === null) return words.lien;
  if (draft.effects.includes("revoke") && draft.licenseIds.length === 0) return words.licenses;
  if (draft.claim === "exact-duplicate") {
    const hashes = [draft.root.trim(), draft.salt.trim(), ...hashesOf(draft.proof)];
    if (!hashes.every((hash) => HASH.test(hash))) return words.commitment;
  }
  const { length } = draft.statement.trim();
  return length === 0 || length > LIMITS.statementChars ? words.statement(LIMITS.statementChars) : null;
}

/** `IDisputeModule.NewDispute`. */
export type NewDispute = {
  claim: number;
  effects: number;
  jurors: number;
  lienPpm: number;
  workId: bigint;
  otherWork: bigint;
  jobId: bigint;
  slashAmount: bigint;
  arbitrator: string;
  currencies: string[];
  licenseIds: bigint[];
};

/** A claim as the contract takes it; call `disputeProblem` first. What the work earns is held in the coins it was paid in. */
export function disputeArguments(
  draft: DisputeDraft,
  work: Pick<WorkDetail, "id" | "revenue">,
  arbitrator: string,
): NewDispute {
  const paidIn = work.revenue.map(({ currency }) => currency.toLowerCase());
  const other = draft.claim === "exact-duplicate" ? null : workIdOf(draft.otherWork);
  return {
    claim: DISPUTE_CLAIMS.indexOf(draft.claim),
    effects: disputeEffectBits(draft.effects),
    jurors: draft.jurors,
    lienPpm: draft.effects.includes("lien") ? (lienPpm(draft.lien) ?? 0) : 0,
    workId: BigInt(work.id),
    otherWork: BigInt(other ?? 0),
    jobId: 0n,
    slashAmount: 0n,
    arbitrator,
    currencies: [...new Set([COIN, ...paidIn])].slice(0, MAX_CURRENCIES),
    licenseIds: draft.effects.includes("revoke") ? draft.licenseIds.map(BigInt) : [],
  };
}

/** The call that opens a dispute. @param bond wei, `bondOf` the same arguments */
export function openCall(draft: DisputeDraft, dispute: NewDispute, bond: bigint) {
  const contract = "DisputeModule" as const;
  if (draft.claim !== "exact-duplicate") return { contract, functionName: "open", args: [dispute], value: bond };
  const args = [dispute, draft.root.trim(), draft.salt.trim(), hashesOf(draft.proof)];
  return { contract, functionName: "openExactDuplicate", args, value: bond };
}
