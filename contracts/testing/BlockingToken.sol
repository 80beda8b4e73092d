// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PlainToken} from "./PlainToken.sol";

/// @title A token with a list of accounts that can't take part.
contract BlockingToken is PlainToken {
    mapping(address account => bool) public blocked;

    error BlockingTokenBlocked(address account);

    function setBlocked(address account, bool value) external {
        blocked[account] = value;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (blocked[from]) revert BlockingTokenBlocked(from);
        if (blocked[to]) revert BlockingTokenBlocked(to);
        super._update(from, to, amount);
    }
}
