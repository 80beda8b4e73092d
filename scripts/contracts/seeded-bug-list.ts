/** One known bug per invariant. */
export type SeededBug = {
  /** I1 to I14; docs/contracts.md says them. */
  invariant: string;
  /** What is wrong with the contract then. */
  bug: string;
  source: string;
  /** Text that occurs exactly once in the source, and what takes its place. */
  find: string;
  replace: string;
  /** Solidity test that must fail. */
  test: string;
  grep: string;
};

export const SEEDED_BUGS: SeededBug[] = [];
