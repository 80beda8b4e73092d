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

    function invariant_I1_holdsWhatItOwes() public view {
        vm.assertLe(handler.owed(address(0)), handler.held(address(0)), "owes more coin than it holds");
        address token = address(handler.token());
        vm.assertLe(handler.owed(token), handler.held(token), "owes more tokens than it holds");
    }

    function invariant_I2_whatWentInIsWhatWentOutAndWhatIsHeld() public view {
        _adds(address(0));
        _adds(address(handler.token()));
    }

    function invariant_I3_onlyClaimsLowerWhatCanBeClaimed() public view {
        vm.assertEq(handler.lowered() ? 1 : 0, 0, "somebody can claim less than before");
    }

    function invariant_I5_edgesAndStacksNeverChange() public view {
        vm.assertEq(handler.graphIsSound() ? 1 : 0, 1, "the graph is not sound");
    }

    function invariant_I8_oneLiveWorkForEachContent() public view {
        vm.assertEq(handler.contentsAreUnique() ? 1 : 0, 1, "a content names another work");
    }

    function invariant_I13_holdsKeepOnlyWhatCameAfterThem() public view {
        vm.assertEq(handler.overheld() ? 1 : 0, 0, "a hold keeps too much, or too long");
    }

    /// @dev At the end of each run, paused or not (I11): all is pulled, accounts follow from the payments alone (I4), everybody is
    /// paid, nobody is refused, and only dust stays.
    function afterInvariant() public {
        _settles(address(0));
        _settles(address(handler.token()));
    }

    function _adds(address currency) private view {
        uint256 accounted = handler.paidOut(currency) + handler.held(currency);
        vm.assertEq(handler.paidIn(currency), accounted, "in is not out + held");
    }

    function _settles(address currency) private {
        handler.settleEverything(currency);
        vm.assertEq(handler.accountsFollowFromPayments(currency) ? 1 : 0, 1, "the order of things changed a sum");
        handler.payEverybody(currency);
        vm.assertEq(handler.totalClaimable(currency), 0, "something stays claimable");
        vm.assertLe(handler.held(currency), handler.dustBound(), "more than dust is left");
        _adds(currency);
    }
}
