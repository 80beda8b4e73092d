// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The contracts name each other in immutables, by addresses predicted before the first one is deployed.
/// @notice Each constructor checks that those deployed before it predicted it rightly, so a set can't be miswired.
library Wiring {
    error WiringMismatch(address expected, address found);

    function requireSame(address expected, address found) internal pure {
        if (expected != found) revert WiringMismatch(expected, found);
    }
}
