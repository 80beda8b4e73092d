// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {RootsHandler} from "./RootsHandler.sol";
import {TestBase} from "./TestBase.sol";

/// @title Whatever roots people post, no more is given out than came in, and every round ends.
contract EpochRewardsInvariantTest is TestBase {
    RootsHandler private handler;

    function setUp() public {
        handler = new RootsHandler();
        targetContract(address(handler));
    }

    function invariant_I14_claimsNeverExceedFunds() public view {
        (uint256 given, uint256 allowed, uint256 counted) = handler.books();
        vm.assertLe(given, allowed, "I14: more given than roots allow");
        vm.assertLe(allowed, counted, "I14: more allowed than funded");
        vm.assertEq(counted, handler.funded(), "I14: funds counted wrongly");
        (uint256 held, uint256 owed) = handler.tokenBooks();
        vm.assertEq(held, owed, "I2: held is not owed");
        (uint256 bonds, uint256 bondsOwed) = handler.bondBooks();
        vm.assertEq(bonds, bondsOwed, "I2: bonds held are not owed");
    }

    function afterInvariant() public {
        handler.endEverything();
        vm.assertEq(handler.openRounds(), 0, "a round can't end");
        (uint256 given, , ) = handler.books();
        vm.assertEq(handler.paidOut(), given, "something given can't be withdrawn");
        (uint256 held, ) = handler.bondBooks();
        vm.assertEq(held, 0, "bonds are kept");
    }
}
