// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {TestBase} from "./TestBase.sol";
import {VoucherHandler} from "./VoucherHandler.sol";

/// @title Whatever is signed and redeemed, every unit of the vouchers' contract is owed, and no voucher pays twice.
contract JobVouchersInvariantTest is TestBase {
    VoucherHandler private handler;

    function setUp() public {
        handler = new VoucherHandler();
        targetContract(address(handler));
    }

    function invariant_I10_I12_vouchersPayOnce() public view {
        (uint256 held, uint256 owed) = handler.books();
        vm.assertEq(held, owed, "I10: held is not owed");
        for (uint256 i = 0; i < 4; ++i) {
            (uint256 paid, uint256 signed) = handler.redemptions(i);
            vm.assertLe(paid, signed, "I12: paid more than signed");
        }
    }
}
