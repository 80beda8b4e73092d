// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";

/// @title A work's own address for royalties: it can only pay that work's ancestors.
contract RoyaltyReceiver {
    using SafeERC20 for IERC20;

    address private immutable receivers = msg.sender;

    error RoyaltyReceiverNotFactory(address caller);

    receive() external payable {}

    /// @notice Pays all it holds to the work's ancestors, or to a work without any. Only the factory, which knows the work this address stands for.
    function forward(IRoyaltyLedger ledger, uint256 workId, address currency) external returns (uint256 amount) {
        if (msg.sender != receivers) revert RoyaltyReceiverNotFactory(msg.sender);
        if (currency == address(0)) {
            amount = address(this).balance;
            ledger.payUpstream{value: amount}(workId, currency, amount);
        } else {
            amount = IERC20(currency).balanceOf(address(this));
            IERC20(currency).forceApprove(address(ledger), amount);
            ledger.payUpstream(workId, currency, amount);
        }
    }
}
