// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The CIDv1 (raw block, SHA-256) of a digest, as text in base32 (RFC 4648, lower case, no padding).
library RawCid {
    bytes32 private constant ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    /// @dev 36 bytes are 288 bits, 58 letters of 5 bits; "b" in front names the base.
    uint256 private constant LETTERS = 58;

    /// @notice "b" and the base32 of 01 (version) 55 (raw) 12 (sha2-256) 20 (32 bytes) and the digest.
    function toString(bytes32 digest) internal pure returns (string memory) {
        bytes memory text = new bytes(LETTERS + 1);
        text[0] = "b";
        bytes memory cid = abi.encodePacked(hex"01551220", digest);
        uint256 buffer;
        uint256 bits;
        uint256 next = 1;
        for (uint256 i = 0; i < cid.length; ++i) {
            buffer = (buffer << 8) | uint8(cid[i]);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text[next++] = ALPHABET[(buffer >> bits) & 31];
            }
            buffer &= (1 << bits) - 1;
        }
        text[next] = ALPHABET[(buffer << (5 - bits)) & 31];
        return string(text);
    }
}
