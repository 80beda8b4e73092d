// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Spells a SHA-256 digest as the CIDv1 of a raw IPFS block.
library RawCid {
    bytes32 private constant ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    /// @notice `ipfs://` followed by the base32 CIDv1 (codec raw, hash sha2-256).
    function uri(bytes32 digest) internal pure returns (string memory) {
        // 01 = CIDv1, 55 = raw, 12 20 = sha2-256 of 32 bytes: 36 bytes, 58 base32 digits of 5 bits (the last one padded).
        bytes memory cid = abi.encodePacked(hex"01551220", digest);
        bytes memory text = new bytes(58);
        uint256 bits = 0;
        uint256 held = 0;
        uint256 at = 0;
        for (uint256 i = 0; i < 36; ++i) {
            bits = (bits << 8) | uint8(cid[i]);
            held += 8;
            while (held >= 5) {
                held -= 5;
                text[at++] = ALPHABET[(bits >> held) & 31];
            }
        }
        text[at] = ALPHABET[(bits << (5 - held)) & 31];
        return string.concat("ipfs://b", string(text));
    }
}
