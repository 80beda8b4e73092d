// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Asks a collection nobody has vetted for its royalty (ERC-2981), and survives any answer.
/// @notice At most 50,000 gas, at most 64 bytes read, at most a tenth of the price. No answer, or a malformed one, is no royalty.
/// @dev A caller can't starve the question to save the royalty: with less than the cap left to give, what remains after it
/// (1/64) can't pay for the rest of a sale.
library RoyaltyProbe {
    uint256 internal constant GAS = 50_000;
    /// @dev Most that is paid, parts of the price: one tenth.
    uint256 internal constant MAX_PART = 10;

    /// @return receiver Zero when no royalty is due.
    /// @return amount Smallest units, at most a tenth of `price`.
    function royaltyOf(
        address asset,
        uint256 tokenId,
        uint256 price
    ) internal view returns (address receiver, uint256 amount) {
        bytes memory question = abi.encodeCall(IERC2981.royaltyInfo, (tokenId, price));
        bool answered;
        uint256 first;
        uint256 second;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            // The answer goes to the scratch space: a long one is not copied, so it costs nothing.
            answered := staticcall(GAS, asset, add(question, 0x20), mload(question), 0x00, 0x40)
            answered := and(answered, gt(returndatasize(), 0x3f))
            first := mload(0x00)
            second := mload(0x20)
        }
        if (!answered || first == 0 || first > type(uint160).max) return (address(0), 0);
        amount = Math.min(second, price / MAX_PART);
        if (amount > 0) receiver = address(uint160(first));
    }
}
