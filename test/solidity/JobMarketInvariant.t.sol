// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CheckHandler} from "./CheckHandler.sol";
import {TestBase} from "./TestBase.sol";

/// @title Whatever people do with jobs, every unit is owed to somebody and every job can end.
contract JobMarketInvariantTest is TestBase {
    CheckHandler private handler;

    function setUp() public {
        handler = new CheckHandler();
        targetContract(address(handler));
    }

    /// @dev One campaign for all of them: what each says, its message names.
    function invariant_I2_I9_I10_jobsKeepTheirBooks() public view {
        _booksAgree(address(0));
        _booksAgree(address(handler.token()));
        (uint256 stakeHeld, uint256 stakeOwed) = handler.stakeBooks();
        vm.assertEq(stakeHeld, stakeOwed, "I10: stake held is not stake owed");
        for (uint256 i = 0; i < 8; ++i) {
            (uint256 locked, uint256 byJobs, uint256 stake) = handler.lockBooks(i);
            vm.assertEq(locked, byJobs, "I10: locked stake is not what jobs lock");
            vm.assertLe(locked, stake, "I10: more locked than staked");
        }
        (uint256 held, uint256 owed) = handler.checkBooks();
        vm.assertEq(held, owed, "I10: the checks' coin is not owed");
        vm.assertEq(handler.strayChecks(), 0, "market and checks disagree");
        (uint256 bonds, uint256 tree) = handler.bondBooks();
        vm.assertEq(bonds, tree, "the tree is not the sum of bonds");
        _nothingIsMadeOrLost(address(0));
        _nothingIsMadeOrLost(address(handler.token()));
    }

    /// @dev At the end of each run: with time alone, anybody can bring every job to its end and every unit out (I9), though everything
    /// is paused that can be (I11).
    function afterInvariant() public {
        handler.endEveryJob();
        vm.assertEq(handler.unfinishedJobs(), 0, "I9: a job can't end");
        handler.withdrawEverything();
        (uint256 coin, ) = handler.marketBooks(address(0));
        (uint256 tokens, ) = handler.marketBooks(address(handler.token()));
        vm.assertEq(coin + tokens, 0, "I11: the market keeps money");
        handler.withdrawAllFromChecks();
        (uint256 inChecks, ) = handler.checkBooks();
        vm.assertEq(inChecks, 0, "I11: the checks keep money");
        for (uint256 i = 0; i < 8; ++i) {
            (uint256 locked, uint256 byJobs, ) = handler.lockBooks(i);
            vm.assertEq(locked, byJobs, "I10: stake stays locked");
        }
    }

    function _booksAgree(address currency) private view {
        (uint256 held, uint256 owed) = handler.marketBooks(currency);
        vm.assertEq(held, owed, "I10: held is not owed");
    }

    function _nothingIsMadeOrLost(address currency) private view {
        (uint256 given, uint256 found) = handler.everywhere(currency);
        vm.assertEq(given, found, "I2: money was made or lost");
    }
}
