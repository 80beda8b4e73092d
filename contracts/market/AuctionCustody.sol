// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title Holds one seller's tokens while they are auctioned.
/// @notice One address per seller, so that what the tokens earn meanwhile (anyone may claim a work's revenue to its owner, which
/// is this contract) is the seller's and nobody else's. It does what the auction house says.
contract AuctionCustody {
    using SafeERC20 for IERC20;

    address private immutable house = msg.sender;

    error AuctionCustodyNotHouse(address caller);

    modifier onlyHouse() {
        if (msg.sender != house) revert AuctionCustodyNotHouse(msg.sender);
        _;
    }

    receive() external payable {}

    /// @notice Hands a token over.
    function release(address asset, uint256 tokenId, address to) external onlyHouse {
        IERC721(asset).transferFrom(address(this), to, tokenId);
    }

    /// @notice Sends all of a currency (zero = the chain's coin).
    function forward(address currency, address to) external onlyHouse returns (uint256 amount) {
        if (currency == address(0)) {
            amount = address(this).balance;
            Address.sendValue(payable(to), amount);
        } else {
            amount = IERC20(currency).balanceOf(address(this));
            IERC20(currency).safeTransfer(to, amount);
        }
    }
}
