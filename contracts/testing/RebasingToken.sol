// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title A token whose balances shrink and grow by themselves.
contract RebasingToken {
    /// @notice Balance of one share, in parts of 1e6.
    uint256 public index = 1e6;
    mapping(address account => uint256) private _shares;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        _shares[to] += (amount * 1e6) / index;
    }

    function rebase(uint256 index_) external {
        index = index_;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        _move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
        return true;
    }

    function balanceOf(address account) external view returns (uint256) {
        return (_shares[account] * index) / 1e6;
    }

    function _move(address from, address to, uint256 amount) private {
        uint256 shares = (amount * 1e6) / index;
        _shares[from] -= shares;
        _shares[to] += shares;
    }
}
