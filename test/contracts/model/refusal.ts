/** What a contract would revert with: the name of its error. */
export class Refusal extends Error {}
