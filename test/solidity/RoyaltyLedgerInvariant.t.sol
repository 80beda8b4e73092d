// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {LedgerHandler} from "./LedgerHandler.sol";
import {TestBase} from "./TestBase.sol";

/// @title Whatever people do, the ledger can pay everybody.
contract RoyaltyLedgerInvariantTest is TestBase {
    LedgerHandler private handler;

    function setUp() public {
        handler = new LedgerHandler();
        targetContract(address(handler));
    }

    function invariant_I1_I2_holdsWhatItOwes() public view {
        _holdsWhatItOwes(address(0));
        _holdsWhatItOwes(address(handler.token()));
        _adds(address(0));
        _adds(address(handler.token()));
    }

    /// @dev At the end of each run: everybody pulls and claims all, nobody is refused, and only dust stays.
    function afterInvariant() public {
        _settles(address(0));
        _settles(address(handler.token()));
    }

    function _holdsWhatItOwes(address currency) private view {
        vm.assertLe(handler.owed(currency), handler.held(currency), "I1: owes more than it holds");
    }

    function _adds(address currency) private view {
        uint256 accounted = handler.paidOut(currency) + handler.held(currency);
        vm.assertEq(handler.paidIn(currency), accounted, "I2: in is not out + held");
    }

    function _settles(address currency) private {
        handler.pullEverything(currency);
        vm.assertLe(handler.totalClaimable(currency), handler.held(currency), "I1: claims exceed what is held");
        handler.claimEverything(currency);
        vm.assertEq(handler.totalClaimable(currency), 0, "something stays claimable");
        // Each work rounds its obligation up by less than a unit, each edge its earning down by less than a unit.
        vm.assertLe(handler.held(currency), handler.workCount() + handler.edgeCount(), "more than dust is left");
    }
}
