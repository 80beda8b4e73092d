// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {OrderHandler} from "./OrderHandler.sol";
import {TestBase} from "./TestBase.sol";

/// @title However payments, pulls and claims are mixed, everybody ends up with the same.
contract OrderInvariantTest is TestBase {
    OrderHandler private handler;

    function setUp() public {
        handler = new OrderHandler();
        targetContract(address(handler));
    }

    function invariant_I4_orderDoesNotMatter() public view {
        (uint256 paid, uint256 accounted) = handler.books();
        vm.assertEq(paid, accounted, "I2: in is not out + held");
    }

    /// @dev The fuzzer's senders can be anybody, by chance the test itself.
    function test_settlingBeforeTheEndChangesNothing() public {
        handler.pay(0, 8651);
        handler.settle();
        handler.pay(1, 3);
        afterInvariant();
    }

    /// @dev To the unit, since all parts are floors of totals: nothing is lost by pulling often.
    function afterInvariant() public {
        handler.settle();
        for (uint256 id = 1; id <= handler.workCount(); ++id) {
            (uint256 inEager, uint256 inLazy) = handler.entitlements(id);
            vm.assertEq(inEager, inLazy, "I4: the order of things changed a sum");
        }
    }
}
