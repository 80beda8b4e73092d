// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PlainToken} from "./PlainToken.sol";

/// @title A token with as many decimals as it was told.
contract ScaledToken is PlainToken {
    uint8 private immutable _scale;

    constructor(uint8 scale) {
        _scale = scale;
    }

    function decimals() public view override returns (uint8) {
        return _scale;
    }
}

/// @title A token whose amounts end at 96 bits, like some governance tokens.
contract NarrowToken is PlainToken {
    error NarrowTokenTooLarge(uint256 amount);

    function _update(address from, address to, uint256 amount) internal override {
        if (amount > type(uint96).max) revert NarrowTokenTooLarge(amount);
        super._update(from, to, amount);
    }
}

/// @title A token that says false instead of reverting when it can't transfer.
contract SayingNoToken is PlainToken {
    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        if (balanceOf(from) < amount || allowance(from, msg.sender) < amount) return false;
        return super.transferFrom(from, to, amount);
    }
}

/// @title A token whose balances shrink when told to, as rebasing ones do.
contract ShrinkingToken is PlainToken {
    function shrink(address account, uint256 amount) external {
        _burn(account, amount);
    }
}
