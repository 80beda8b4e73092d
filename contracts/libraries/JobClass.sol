// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title How a job's result is verified, and how often.
library JobClass {
    uint8 internal constant REVIEW = 0;
    uint8 internal constant BIT_EXACT = 1;
    uint8 internal constant TOLERANCE = 2;
    uint8 internal constant ARBITRATOR = 3;
    uint8 internal constant LAST = ARBITRATOR;

    /// @notice Whether verifiers check jobs of the class.
    function isChecked(uint8 verification) internal pure returns (bool) {
        return verification == BIT_EXACT || verification == TOLERANCE;
    }

    /// @notice Chance that a result is checked whose requester is silent, by the operator's tier, ppm.
    function chanceOf(uint8 tier) internal pure returns (uint256) {
        if (tier == 0) return 500_000;
        return tier == 1 ? 100_000 : 20_000;
    }
}
