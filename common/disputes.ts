/** The numbers of `IDisputeModule` in words, and what each claim may ask for. */

/** By the contract's enum `Claim`; "none" is never opened. */
export const DISPUTE_CLAIMS = [
  "none",
  "exact-duplicate",
  "near-duplicate",
  "license-breach",
  "missing-parent",
  "result-fraud",
] as const;
export type DisputeClaim = Exclude<(typeof DISPUTE_CLAIMS)[number], "none">;

/** Bits of `NewDispute.effects`. */
export const DISPUTE_EFFECTS = { lien: 1, block: 2, revoke: 4, clear: 8, slash: 16 } as const;
export type DisputeEffect = keyof typeof DISPUTE_EFFECTS;

/** What a claim may ask for (`DisputeClaims`); a breach without a work complained of may only revoke. */
export const EFFECTS_OF_CLAIM: Readonly<Record<DisputeClaim, readonly DisputeEffect[]>> = {
  "exact-duplicate": ["lien", "block", "clear"],
  "near-duplicate": ["lien", "block"],
  "license-breach": ["lien", "block", "revoke"],
  "missing-parent": ["lien"],
  "result-fraud": ["slash"],
};

/** Seconds in which only the respondent and the work's owner may answer (`OWN_ANSWER_PERIOD`, `RESULT_OWN_ANSWER_PERIOD`). */
export const OWN_ANSWER_SECONDS = 3 * 86_400;
export const RESULT_OWN_ANSWER_SECONDS = 86_400;

/** Seconds that the arbitrator has, and then anybody to carry out a ruling (`ARBITRATION_PERIOD`, `EXECUTION_PERIOD`). */
export const ARBITRATION_SECONDS = 30 * 86_400;
export const EXECUTION_SECONDS = 30 * 86_400;

/** Bits of 64 in which content units may differ to open a near-duplicate dispute (`MAX_DISTANCE`). */
export const NEAR_DUPLICATE_BITS = 12;

/** Longest name of a piece of evidence, bytes (`MAX_EVIDENCE`). */
export const EVIDENCE_URI_BYTES = 512;

/** Name of a claim by its number. */
export function disputeClaimOf(number: number): DisputeClaim | null {
  const name = DISPUTE_CLAIMS[number];
  return name === undefined || name === "none" ? null : name;
}

/** Effects by their bits. */
export function disputeEffectsOf(bits: number): DisputeEffect[] {
  return (Object.keys(DISPUTE_EFFECTS) as DisputeEffect[]).filter((effect) => (bits & DISPUTE_EFFECTS[effect]) !== 0);
}

/** Bits of effects. */
export function disputeEffectBits(effects: readonly DisputeEffect[]): number {
  return effects.reduce((bits, effect) => bits | DISPUTE_EFFECTS[effect], 0);
}
