// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PoolHandler} from "./PoolHandler.sol";
import {TestBase} from "./TestBase.sol";

/// @title Whatever stewards post, a pool gives out what came in for it and no more, and holds what it owes.
contract DatasetPoolInvariantTest is TestBase {
    PoolHandler private handler;

    function setUp() public {
        handler = new PoolHandler();
        targetContract(address(handler));
    }

    function invariant_I14_eachPoolGivesOnlyItsOwn() public view {
        for (uint256 i = 0; i < 2; ++i) {
            (uint256 given, uint256 allowed, uint256 collected) = handler.books(i);
            vm.assertLe(given, allowed, "I14: more given than roots allow");
            vm.assertLe(allowed, collected, "I14: more allowed than collected");
        }
        (uint256 held, uint256 owed) = handler.coinBooks();
        vm.assertEq(held, owed, "I2: held is not owed");
    }

    function afterInvariant() public {
        handler.endEverything();
        vm.assertEq(handler.openRounds(), 0, "a round can't end");
        (uint256 held, uint256 owed) = handler.coinBooks();
        vm.assertEq(held, owed, "held is not owed at the end");
    }
}
