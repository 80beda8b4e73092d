/** Mutants that behave as the original does, so that no test can notice them, and why. */
export const EQUIVALENT_MUTANTS: { contract: string; before: string; after: string; reason: string }[] = [];
