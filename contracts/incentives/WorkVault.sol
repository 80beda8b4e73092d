// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title Owner of one deposited work, for the contract that made it.
/// @notice Anybody can make the ledger pay a work's owner at any time. With an owner of its own per work, all that arrives here
/// is that work's, however it came.
contract WorkVault {
    using SafeERC20 for IERC20;

    address private immutable keeper = msg.sender;

    error WorkVaultNotKeeper(address caller);

    modifier onlyKeeper() {
        if (msg.sender != keeper) revert WorkVaultNotKeeper(msg.sender);
        _;
    }

    receive() external payable {}

    /// @notice Calls as the work's owner. Only the contract that made this one.
    function act(address target, bytes calldata data) external onlyKeeper returns (bytes memory) {
        return Address.functionCall(target, data);
    }

    /// @notice Sends all of a currency (zero = chain's coin) to the contract that made this one, its only caller.
    function sweep(address currency) external onlyKeeper {
        if (currency == address(0)) {
            Address.sendValue(payable(keeper), address(this).balance);
        } else {
            IERC20(currency).safeTransfer(keeper, IERC20(currency).balanceOf(address(this)));
        }
    }
}
