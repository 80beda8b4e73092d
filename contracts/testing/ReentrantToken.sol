// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PlainToken} from "./PlainToken.sol";

/// @title A token that makes one call of the attacker's choice in the middle of a transfer, as ERC-777 hooks allow.
contract ReentrantToken is PlainToken {
    address public target;
    bytes public attack;
    /// @notice What the call said: true and its result, or false and its error.
    bool public succeeded;
    bytes public answer;

    function arm(address target_, bytes calldata attack_) external {
        target = target_;
        attack = attack_;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (target != address(0) && from != address(0)) {
            address victim = target;
            target = address(0);
            // solhint-disable-next-line avoid-low-level-calls
            (succeeded, answer) = victim.call(attack);
        }
    }
}
