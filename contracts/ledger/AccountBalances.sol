// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";

/// @title Balances of accounts in the ledger: credited by splits and liens, and taken out by their owners alone.
abstract contract AccountBalances is IRoyaltyLedger, ERC2771Context, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    mapping(address account => mapping(address currency => uint256)) private _balances;

    /// @inheritdoc IRoyaltyLedger
    function withdraw(address currency) external nonReentrant returns (uint256 amount) {
        return _withdraw(_msgSender(), currency, _msgSender());
    }

    /// @inheritdoc IRoyaltyLedger
    function withdrawTo(address currency, address to) external nonReentrant returns (uint256 amount) {
        return _withdraw(_msgSender(), currency, to);
    }

    /// @inheritdoc IRoyaltyLedger
    function balanceOf(address account, address currency) external view returns (uint256) {
        return _balances[account][currency];
    }

    function _credit(address account, address currency, uint256 amount, uint256 workId) internal {
        _balances[account][currency] += amount;
        emit Credited(account, currency, amount, workId);
    }

    function _send(address currency, address to, uint256 amount) internal {
        if (currency == address(0)) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool sent, ) = to.call{value: amount}("");
            if (!sent) revert RoyaltyLedgerTransferFailed(to);
        } else {
            IERC20(currency).safeTransfer(to, amount);
        }
    }

    function _withdraw(address account, address currency, address to) private returns (uint256 amount) {
        amount = _balances[account][currency];
        if (amount == 0) return 0;
        _balances[account][currency] = 0;
        emit Withdrawn(account, currency, to, amount);
        _send(currency, to, amount);
    }
}
