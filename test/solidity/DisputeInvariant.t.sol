// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DisputeHandler} from "./DisputeHandler.sol";
import {TestBase} from "./TestBase.sol";

/// @title Whatever people dispute, nobody's earlier income is held, every unit is owed to somebody, and everything ends.
contract DisputeInvariantTest is TestBase {
    DisputeHandler private handler;

    function setUp() public {
        handler = new DisputeHandler();
        targetContract(address(handler));
    }

    /// @dev I13: no more than what the owner earned since the hold began.
    function invariant_I13_holdsOnlyWhatArrivedAfterwards() public view {
        for (uint256 i = 0; i < 3; ++i) {
            (uint256 held, uint256 since) = handler.holdBooks(i);
            // The ledger rounds what is due by less than a unit.
            vm.assertLe(held, since + 1, "held more than arrived since");
        }
    }

    /// @dev I13: what was due before can be claimed during the hold.
    function invariant_I13_earlierIncomeStaysClaimable() public view {
        for (uint256 i = 0; i < 3; ++i) {
            (uint256 before, uint256 kept) = handler.dueBooks(i);
            vm.assertLe(before, kept, "earlier income is held");
        }
    }

    function invariant_everyUnitOfTheDisputesIsOwed() public view {
        (uint256 held, uint256 owed) = handler.disputeBooks();
        vm.assertEq(held, owed, "disputes hold what they don't owe");
    }

    function invariant_everyUnitOfTheCommitteeIsOwed() public view {
        (uint256 held, uint256 owed, uint256 locked, uint256 byPanels) = handler.committeeBooks();
        vm.assertEq(held, owed, "committee holds what it does not owe");
        vm.assertEq(locked, byPanels, "locked stake is not what panels lock");
    }

    function afterInvariant() public {
        handler.endEverything();
        vm.assertEq(handler.openDisputes(), 0, "a dispute can't end");
        vm.assertEq(handler.openCases(), 0, "a case can't end");
        vm.assertEq(handler.heldWorks(), 0, "a hold does not end");
        (uint256 inDisputes, ) = handler.disputeBooks();
        vm.assertEq(inDisputes, 0, "disputes keep money");
        (uint256 inCommittee, , , ) = handler.committeeBooks();
        vm.assertEq(inCommittee, 0, "the committee keeps money");
    }
}
