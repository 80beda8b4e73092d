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
        _assertBooks();
    }

    /// @dev What the fuzzer does can lead to an accepted root: else the invariant would say nothing.
    function test_theHandlerCanPostAndClaim() public {
        handler.fund(1000, false);
        handler.wait(uint32(10 days));
        handler.post(0, 500, false);
        handler.wait(uint32(4 days));
        handler.poke(0);
        handler.claim(0);
        (uint256 given, uint256 allowed, ) = handler.books();
        vm.assertEq(allowed, 500, "allowed");
        vm.assertEq(given, 500, "given");
    }

    /// @dev When every round has come to its end, too: most roots that the fuzzer posts are accepted only then.
    function afterInvariant() public {
        handler.endEverything();
        vm.assertEq(handler.openRounds(), 0, "a round can't end");
        _assertBooks();
        (uint256 given, , ) = handler.books();
        vm.assertEq(handler.paidOut(), given, "something given can't be withdrawn");
        (uint256 held, ) = handler.bondBooks();
        vm.assertEq(held, 0, "bonds are kept");
    }

    function _assertBooks() private view {
        (uint256 given, uint256 allowed, uint256 counted) = handler.books();
        vm.assertLe(given, allowed, "I14: more given than roots allow");
        vm.assertLe(allowed, counted, "I14: more allowed than funded");
        vm.assertEq(handler.greedyRoots(), 0, "I14: a root promises more than came in");
        vm.assertEq(counted, handler.funded(), "I14: funds counted wrongly");
        (uint256 held, uint256 owed) = handler.tokenBooks();
        vm.assertEq(held, owed, "I2: held is not owed");
        (uint256 bonds, uint256 bondsOwed) = handler.bondBooks();
        vm.assertEq(bonds, bondsOwed, "I2: bonds held are not owed");
    }
}
