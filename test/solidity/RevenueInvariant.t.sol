// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {RevenueHandler} from "./RevenueHandler.sol";
import {TestBase} from "./TestBase.sol";

/// @title Whatever people, payees, rulings and pausers do, the ledger can pay everybody, and takes nothing back.
contract RevenueInvariantTest is TestBase {
    RevenueHandler private handler;

    function setUp() public {
        handler = new RevenueHandler();
        targetContract(address(handler));
    }

    /// @dev One campaign for all of them: what each says, its message names.
    function invariant_I1_I2_I3_I5_I8_I13_theLedgerKeepsItsWord() public view {
        _covers(address(0));
        _covers(address(handler.token()));
        _adds(address(0));
        _adds(address(handler.token()));
        vm.assertEq(handler.lowered() ? 1 : 0, 0, "I3: somebody can claim less than before");
        vm.assertEq(handler.graphIsSound() ? 1 : 0, 1, "I5: the graph is not sound");
        vm.assertEq(handler.contentsAreUnique() ? 1 : 0, 1, "I8: a content names another work");
        vm.assertEq(handler.overheld() ? 1 : 0, 0, "I13: a hold keeps too much, or too long");
    }

    /// @dev At the end of each run, with everything paused that can be (I11): all is pulled, accounts follow from the payments alone
    /// (I4), everybody is paid, nobody is refused, and only dust stays.
    function afterInvariant() public {
        handler.pauseEverything();
        _settles(address(0));
        _settles(address(handler.token()));
    }

    function _covers(address currency) private view {
        vm.assertLe(handler.owed(currency), handler.held(currency), "I1: owes more than it holds");
    }

    function _adds(address currency) private view {
        uint256 accounted = handler.paidOut(currency) + handler.held(currency);
        vm.assertEq(handler.paidIn(currency), accounted, "I2: in is not out + held");
    }

    function _settles(address currency) private {
        handler.settleEverything(currency);
        vm.assertEq(handler.accountsFollowFromPayments(currency) ? 1 : 0, 1, "I4: the order of things changed a sum");
        handler.payEverybody(currency);
        vm.assertEq(handler.totalClaimable(currency), 0, "I11: something stays claimable");
        vm.assertLe(handler.held(currency), handler.dustBound(), "I2: more than dust is left");
        _adds(currency);
    }
}
