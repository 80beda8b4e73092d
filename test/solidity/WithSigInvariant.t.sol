// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {TestBase} from "./TestBase.sol";
import {WithSigHandler} from "./WithSigHandler.sol";

/// @title A signed call goes through once at most, in time, and not after it was taken back.
contract WithSigInvariantTest is TestBase {
    WithSigHandler private handler;

    function setUp() public {
        handler = new WithSigHandler();
        targetContract(address(handler));
    }

    function invariant_I12_aSignatureIsUsableOnce() public view {
        vm.assertEq(handler.wrong() ? 1 : 0, 0, "I12: a call went through again, late, or after it was canceled");
        vm.assertEq(
            handler.noncesAreThoseUsed() ? 1 : 0,
            1,
            "I12: a nonce is used that was not, or the other way round"
        );
    }
}
