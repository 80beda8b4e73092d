// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/// @title A collection that answers for royalties, and moves tokens, in every way a market must survive.
contract AwkwardCollection is ERC721 {
    enum Answer {
        None,
        Bytes,
        Revert,
        BurnGas,
        Huge
    }

    Answer private _mode;
    bytes private _bytes;
    bool private _stuck;
    bool private _silent;
    address public target;
    bytes public attack;
    /// @notice What the call in the middle of a transfer said.
    bool public succeeded;
    bytes public answer;

    error AwkwardCollectionStuck();

    constructor() ERC721("Awkward", "AWKWARD") {}

    function mint(address to, uint256 tokenId) external {
        _mint(to, tokenId);
    }

    /// @param mode 1 these bytes, 2 revert, 3 burn all gas, 4 a hundred kilobytes.
    function setAnswer(Answer mode, bytes calldata answer_) external {
        _mode = mode;
        _bytes = answer_;
    }

    function setStuck(bool value) external {
        _stuck = value;
    }

    /// @notice Transfers do nothing and say nothing.
    function setSilent(bool value) external {
        _silent = value;
    }

    function arm(address target_, bytes calldata attack_) external {
        target = target_;
        attack = attack_;
    }

    function transferFrom(address from, address to, uint256 tokenId) public override {
        if (_stuck) revert AwkwardCollectionStuck();
        if (!_silent) super.transferFrom(from, to, tokenId);
        if (target != address(0)) {
            address victim = target;
            target = address(0);
            // solhint-disable-next-line avoid-low-level-calls
            (succeeded, answer) = victim.call(attack);
        }
    }

    function royaltyInfo(uint256, uint256) external view {
        if (_mode == Answer.Revert) revert AwkwardCollectionStuck();
        uint256 length = _mode == Answer.Huge ? 100_000 : 0;
        bytes memory data = _bytes;
        if (_mode == Answer.Bytes) length = data.length;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            if eq(sload(_mode.slot), 3) {
                invalid()
            }
            return(add(data, 0x20), length)
        }
    }
}
