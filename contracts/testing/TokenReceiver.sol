// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721Receiver} from "@openzeppelin/contracts/interfaces/IERC721Receiver.sol";

/// @title Takes ERC-721 tokens in one of the ways a receiver can behave.
contract TokenReceiver is IERC721Receiver {
    enum Answer {
        Accept,
        WrongValue,
        Reason,
        Nothing,
        Panic
    }

    Answer private immutable _answer;

    event Received(address operator, address from, uint256 tokenId, bytes data);

    error TokenReceiverRefuses(uint256 tokenId);

    constructor(Answer answer) {
        _answer = answer;
    }

    function onERC721Received(
        address operator,
        address from,
        uint256 tokenId,
        bytes calldata data
    ) external returns (bytes4) {
        if (_answer == Answer.WrongValue) return 0x12345678;
        if (_answer == Answer.Reason) revert TokenReceiverRefuses(tokenId);
        // solhint-disable-next-line gas-custom-errors, reason-string
        if (_answer == Answer.Nothing) revert();
        if (_answer == Answer.Panic) assert(false);
        emit Received(operator, from, tokenId, data);
        return IERC721Receiver.onERC721Received.selector;
    }
}
