/** Mutants that behave as the original does, so that no test can notice them, and why. `line` is the mutant's line, trimmed. */
export const EQUIVALENT_MUTANTS: { contract: string; line: string; reason: string }[] = [
  {
    contract: "LicenseToken",
    line: "if (expiresAt != 0 && (last == 0 || expiresAt <= last)) word = _with(word, UNTIL_AT, expiresAt);",
    reason: "An expiry as late as the one kept replaces it by itself.",
  },
  {
    contract: "JobMarket",
    line: "uint256 worth = run.worth >= type(uint128).max ? type(uint128).max : run.worth;",
    reason: "At exactly the largest value both branches are that value.",
  },
  {
    contract: "JobChecks",
    line: "if (revealed <= VERIFIERS) _penalizeAbsent(jobId);",
    reason: "Where all have revealed, the loop finds nobody to penalize, and nothing is credited or emitted.",
  },
];
