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

    /// @dev A hold keeps no more than what the owner earned since it began, and what was due before can be claimed during it.
    function invariant_I2_I13_holdsOnlyWhatArrivedAfterwards() public view {
        for (uint256 i = 0; i < 3; ++i) {
            (uint256 kept, uint256 since) = handler.holdBooks(i);
            // The ledger rounds what is due by less than a unit.
            vm.assertLe(kept, since + 1, "I13: held more than arrived since");
            (uint256 before, uint256 due) = handler.dueBooks(i);
            vm.assertLe(before, due, "I13: earlier income is held");
        }
        (uint256 held, uint256 owed) = handler.disputeBooks();
        vm.assertEq(held, owed, "I2: disputes hold what they don't owe");
        (uint256 inCommittee, uint256 owedByCommittee, uint256 locked, uint256 byPanels) = handler.committeeBooks();
        vm.assertEq(inCommittee, owedByCommittee, "I2: committee holds what it does not owe");
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
