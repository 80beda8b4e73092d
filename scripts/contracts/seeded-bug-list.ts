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
  /** Solidity test that must fail, with a message that begins with the invariant's name. */
  test: string;
};

export const SEEDED_BUGS: SeededBug[] = [
  {
    invariant: "I1",
    bug: "each pull rounds what the parent earns up",
    source: "contracts/ledger/WorkAccounts.sol",
    find: "_floorShare(base, edge.share) - _floorShare(crossed, edge.share);",
    replace: "_floorShare(delta, edge.share) + 1;",
    test: "test/solidity/RoyaltyLedgerInvariant.t.sol",
  },
  {
    invariant: "I2",
    bug: "a claim sends a unit less than it counts",
    source: "contracts/ledger/RoyaltyLedger.sol",
    find: "_send(currency, to, amount);",
    replace: "_send(currency, to, amount - 1);",
    test: "test/solidity/RevenueInvariant.t.sol",
  },
  {
    invariant: "I3",
    bug: "a lien takes part in half of what came before it, too",
    source: "contracts/ledger/HoldsAndLiens.sol",
    find: "mark.from = _toUint128(gross);",
    replace: "mark.from = _toUint128(gross / 2);",
    test: "test/solidity/RevenueInvariant.t.sol",
  },
  {
    invariant: "I4",
    bug: "each pull rounds for itself, so that pulling often loses units",
    source: "contracts/ledger/WorkAccounts.sol",
    find: "_floorShare(base, edge.share) - _floorShare(crossed, edge.share);",
    replace: "_floorShare(delta, edge.share);",
    test: "test/solidity/OrderInvariant.t.sol",
  },
  {
    invariant: "I5",
    bug: "a ruling about a work's content wipes what the work owes upstream",
    source: "contracts/registry/WorkRegistry.sol",
    find: "header.edgesAndFlags |= SUPERSEDED;",
    replace: "header.edgesAndFlags |= SUPERSEDED;\n        header.stack = 0;",
    test: "test/solidity/RevenueInvariant.t.sol",
  },
  {
    invariant: "I6",
    bug: "a pull walks up to the root",
    source: "contracts/ledger/WorkAccounts.sol",
    find: "if (delta == 0) return 0;",
    replace:
      "if (delta == 0) return 0;\n        for (uint256 up = edge.parent; workRegistry.edgesOf(up).length > 0; ) up = workRegistry.edgeOf(up, 0).parent;",
    test: "test/solidity/GasInvariant.t.sol",
  },
  {
    invariant: "I7",
    bug: "an offer sells on when its supply is sold out",
    source: "contracts/licensing/LicenseToken.sol",
    find: "if (sold == (state.supply() == 0 ? type(uint32).max : state.supply())) revert LicenseTokenSoldOut(offerId);",
    replace: "",
    test: "test/solidity/LicenseTokenInvariant.t.sol",
  },
  {
    invariant: "I8",
    bug: "a work whose content was given to another stays live",
    source: "contracts/registry/WorkRegistry.sol",
    find: "header.edgesAndFlags |= SUPERSEDED;",
    replace: "",
    test: "test/solidity/RevenueInvariant.t.sol",
  },
  {
    invariant: "I9",
    bug: "nobody can end a review that the requester does not end",
    source: "contracts/compute/JobMarket.sol",
    find: "else if (status == Status.Submitted) _endReview(jobId, job);",
    replace: "else if (status == Status.Submitted) revert JobMarketNothingDue(jobId);",
    test: "test/solidity/JobMarketInvariant.t.sol",
  },
  {
    invariant: "I10",
    bug: "stake stays locked when its job is done",
    source: "contracts/compute/OperatorRegistry.sol",
    find: "stored.locked -= uint88(amount);\n        if (done > 0)",
    replace: "if (done > 0)",
    test: "test/solidity/JobMarketInvariant.t.sol",
  },
  {
    invariant: "I11",
    bug: "balances stay in the job market while new jobs are paused",
    source: "contracts/compute/JobMarket.sol",
    find: "return _withdraw(currency, _msgSender());",
    replace: "return block.timestamp < this.pausedUntil() ? 0 : _withdraw(currency, _msgSender());",
    test: "test/solidity/JobMarketInvariant.t.sol",
  },
  {
    invariant: "I12",
    bug: "a signed call does not use up its nonce",
    source: "contracts/periphery/WithSig.sol",
    find: "_usedNonces[signer][nonce >> 8] = word | bit;",
    replace: "",
    test: "test/solidity/WithSigInvariant.t.sol",
  },
  {
    invariant: "I13",
    bug: "a hold keeps back half of what came before it, too",
    source: "contracts/ledger/HoldsAndLiens.sol",
    find: "held.gross < gross ? held.gross : gross;",
    replace: "held.gross < gross ? held.gross / 2 : gross;",
    test: "test/solidity/DisputeInvariant.t.sol",
  },
  {
    invariant: "I14",
    bug: "a root may promise more than came in",
    source: "contracts/incentives/BondedRoots.sol",
    find: "if (totals[i] > funded) revert BondedRootsBadTotals(currencies[i], totals[i], funded);",
    replace: "",
    test: "test/solidity/EpochRewardsInvariant.t.sol",
  },
];
