// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The content unit of an ISCC-CODE (ISO 24138) kept as a 32-byte body and two header bytes, and distances between units.
/// @dev A header is four nibbles: main type, subtype, version, length. The main type of an ISCC-CODE is 5; the length says which
/// 64-bit units come before data and instance: 1 content, 2 semantic, 4 meta, in the order meta, semantic, content.
library IsccCode {
    uint256 private constant MAIN_TYPE_ISCC = 5;
    uint256 private constant HAS_CONTENT = 1;
    uint256 private constant HAS_SEMANTIC = 2;
    uint256 private constant HAS_META = 4;
    uint256 private constant UNIT_BITS = 64;

    /// @notice The content unit, or zero where the code has none. A unit of zeros says nothing and counts as none.
    function contentUnit(bytes32 body, uint16 header) internal pure returns (uint64) {
        uint256 length = header & 0xf;
        if (header >> 12 != MAIN_TYPE_ISCC || (header >> 4) & 0xf != 0 || length & HAS_CONTENT == 0) return 0;
        uint256 before = (length & HAS_META == 0 ? 0 : 1) + (length & HAS_SEMANTIC == 0 ? 0 : 1);
        return uint64(uint256(body) >> (256 - UNIT_BITS * (before + 1)));
    }

    /// @notice Number of bits that differ.
    function distance(uint64 left, uint64 right) internal pure returns (uint256) {
        return popcount(left ^ right);
    }

    /// @notice Number of ones: sums of 2, 4, then 8 bits side by side, and all bytes by one multiplication.
    function popcount(uint64 word) internal pure returns (uint256) {
        unchecked {
            uint256 bits = word;
            bits -= (bits >> 1) & 0x5555555555555555;
            bits = (bits & 0x3333333333333333) + ((bits >> 2) & 0x3333333333333333);
            bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0f;
            return ((bits * 0x0101010101010101) >> 56) & 0xff;
        }
    }
}
