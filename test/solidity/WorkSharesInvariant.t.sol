// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SharesHandler} from "./SharesHandler.sol";
import {TestBase} from "./TestBase.sol";

/// @title However units move, each holder gets what his units earned while he had them, to the unit.
contract WorkSharesInvariantTest is TestBase {
    SharesHandler private handler;

    function setUp() public {
        handler = new SharesHandler();
        targetContract(address(handler));
    }

    function invariant_I2_everyoneHasHisFairShare() public view {
        for (uint256 i = 0; i < handler.accountCount(); ++i) {
            (uint256 has, uint256 fair) = handler.fairness(i);
            vm.assertEq(has, fair, "not what the units earned");
        }
        vm.assertEq(handler.held() + handler.paidOut(), handler.collected(), "I2: in is not out + held");
        vm.assertLe(handler.totalClaimable(), handler.held(), "owes more than it holds");
        vm.assertEq(handler.totalUnits(), 1_000_000, "units appear or vanish");
    }

    function afterInvariant() public {
        handler.claimEverything();
        vm.assertEq(handler.totalClaimable(), 0, "something stays claimable");
        // Less than one unit of money for each account.
        vm.assertLe(handler.held(), handler.accountCount(), "more than dust is left");
    }
}
