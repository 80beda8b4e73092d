// SPDX-License-Identifier: CC0-1.0
pragma solidity ^0.8.28;

/// @title ERC-5192, minimal soulbound tokens (https://eips.ethereum.org/EIPS/eip-5192).
interface IERC5192 {
    event Locked(uint256 tokenId);
    event Unlocked(uint256 tokenId);

    /// @notice Whether the token can't be transferred.
    function locked(uint256 tokenId) external view returns (bool);
}
