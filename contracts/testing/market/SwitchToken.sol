// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title An ERC-20 of any decimals that can return false instead of reverting, hold at most 96 bits, or change all balances.
contract SwitchToken {
    uint8 public immutable decimals;
    /// @notice Every balance is its share times this, per thousand.
    uint256 public factor = 1000;
    bool public returnsFalse;
    bool public narrow;
    mapping(address account => uint256) private _shares;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    error SwitchTokenTooWide();
    error SwitchTokenRefused();

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    function mint(address to, uint256 amount) external {
        _shares[to] += amount;
    }

    function setReturnsFalse(bool value) external {
        returnsFalse = value;
    }

    function setNarrow(bool value) external {
        narrow = value;
    }

    function rebase(uint256 perThousand) external {
        factor = perThousand;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        if (narrow && amount > type(uint96).max && amount != type(uint256).max) revert SwitchTokenTooWide();
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        if (allowance[from][msg.sender] < amount) return _refuse();
        if (allowance[from][msg.sender] != type(uint256).max) allowance[from][msg.sender] -= amount;
        return _move(from, to, amount);
    }

    function balanceOf(address account) public view returns (uint256) {
        return (_shares[account] * factor) / 1000;
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        if (narrow && amount > type(uint96).max) revert SwitchTokenTooWide();
        if (balanceOf(from) < amount) return _refuse();
        uint256 share = (amount * 1000) / factor;
        _shares[from] -= share;
        _shares[to] += share;
        return true;
    }

    function _refuse() private view returns (bool) {
        if (!returnsFalse) revert SwitchTokenRefused();
        return false;
    }
}
