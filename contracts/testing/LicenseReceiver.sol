// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";

/// @title Takes tokens in `safeTransferFrom`, or refuses them in each way there is.
contract LicenseReceiver is IERC721Receiver {
    enum Answer {
        Accept,
        WrongValue,
        Reason,
        NoReason,
        Panic
    }

    Answer public answer;
    address public operator;
    address public from;
    uint256 public tokenId;
    bytes public data;

    error LicenseReceiverRefuses(uint256 tokenId);

    constructor(Answer answer_) {
        answer = answer_;
    }

    function onERC721Received(
        address operator_,
        address from_,
        uint256 tokenId_,
        bytes calldata data_
    ) external returns (bytes4) {
        if (answer == Answer.WrongValue) return 0xdeadbeef;
        if (answer == Answer.Reason) revert LicenseReceiverRefuses(tokenId_);
        if (answer == Answer.NoReason) {
            // solhint-disable-next-line no-inline-assembly
            assembly {
                revert(0, 0)
            }
        }
        if (answer == Answer.Panic) assert(false);
        (operator, from, tokenId, data) = (operator_, from_, tokenId_, data_);
        return IERC721Receiver.onERC721Received.selector;
    }
}
