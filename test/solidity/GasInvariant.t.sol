// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {GasHandler} from "./GasHandler.sol";
import {TestBase} from "./TestBase.sol";

/// @title Registering a derivative, paying and pulling cost the same at any depth, and beside any number of children.
contract GasInvariantTest is TestBase {
    /// @dev Percent by which the dearest may be above the cheapest: a longer number in a calculation, not another slot.
    uint256 private constant SLACK = 2;

    GasHandler private handler;

    function setUp() public {
        handler = new GasHandler();
        targetContract(address(handler));
    }

    function invariant_I6_gasDoesNotGrowWithTheGraph() public view {
        (GasHandler.Range memory register, GasHandler.Range memory pay, GasHandler.Range memory pull) = handler
            .ranges();
        _even(register, "I6: registering costs more somewhere");
        _even(pay, "I6: paying costs more somewhere");
        _even(pull, "I6: pulling costs more somewhere");
    }

    function _even(GasHandler.Range memory range, string memory message) private pure {
        vm.assertLe(range.most * 100, range.least * (100 + SLACK), message);
    }
}
