// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PlainToken} from "./PlainToken.sol";

/// @title A token that moves and approves no more than 96 bits, like some governance tokens.
contract Uint96Token is PlainToken {
    error Uint96TokenTooLarge(uint256 amount);

    function approve(address spender, uint256 amount) public override returns (bool) {
        return super.approve(spender, amount == type(uint256).max ? type(uint96).max : _small(amount));
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, _small(amount));
    }

    function _small(uint256 amount) private pure returns (uint256) {
        if (amount > type(uint96).max) revert Uint96TokenTooLarge(amount);
        return amount;
    }
}
