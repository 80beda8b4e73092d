// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Where each contract of the set is, or will be: predicted before the first one is deployed.
/// @param authority OpenZeppelin AccessManager: bounded, delayed parameters, lists of adapters, and the pause of new objects.
/// @param withSig Forwarder that all others trust to name the signer of a relayed call (ERC-2771).
struct Addresses {
    address authority;
    address withSig;
    address works;
    address licenses;
    address ledger;
    address operators;
    address jobMarket;
    address jobChecks;
    address jobVouchers;
    address marketplace;
    address auctions;
    address disputes;
    address arbitrator;
    address workShares;
    address datasetPool;
    address rewards;
    address coCreations;
}

/// @title The contracts name each other in immutables, by addresses predicted before the first one is deployed.
/// @notice Each is given the same set and checks that it is where the set says, so a set can't be miswired.
library Wiring {
    error WiringMismatch(address expected, address found);

    function requireSame(address expected, address found) internal pure {
        if (expected != found) revert WiringMismatch(expected, found);
    }
}
