// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice An offer but for its price and currency, in one word. From the lowest bit: workId 48, termsNumber 32, supply 32,
/// expiresAt 40, derivativeShare 24, sold 32, closed 1. 48 bits hold more ids than the registry can ever count.
type OfferState is uint256;

using OfferStateLib for OfferState global;

/// @title Fields of `OfferState`.
/// @dev Written as one word: the compiler writes a packed struct field by field, which costs an offer 2,000 gas.
library OfferStateLib {
    uint256 private constant TERMS_AT = 48;
    uint256 private constant SUPPLY_AT = 80;
    uint256 private constant EXPIRES_AT = 112;
    uint256 private constant SHARE_AT = 152;
    uint256 private constant SOLD_AT = 176;
    uint256 private constant CLOSED_AT = 208;

    /// @notice A fresh offer, nothing sold.
    function open(
        uint256 workId_,
        uint32 termsNumber_,
        uint32 supply_,
        uint40 expiresAt_,
        uint24 share
    ) internal pure returns (OfferState) {
        return
            OfferState.wrap(
                workId_ |
                    (uint256(termsNumber_) << TERMS_AT) |
                    (uint256(supply_) << SUPPLY_AT) |
                    (uint256(expiresAt_) << EXPIRES_AT) |
                    (uint256(share) << SHARE_AT)
            );
    }

    /// @notice One more sold. The caller keeps `sold` within 32 bits.
    function withOneSold(OfferState self) internal pure returns (OfferState) {
        return OfferState.wrap(OfferState.unwrap(self) + (1 << SOLD_AT));
    }

    function withClosed(OfferState self) internal pure returns (OfferState) {
        return OfferState.wrap(OfferState.unwrap(self) | (1 << CLOSED_AT));
    }

    function workId(OfferState self) internal pure returns (uint48) {
        return uint48(OfferState.unwrap(self));
    }

    function termsNumber(OfferState self) internal pure returns (uint32) {
        return uint32(OfferState.unwrap(self) >> TERMS_AT);
    }

    function supply(OfferState self) internal pure returns (uint32) {
        return uint32(OfferState.unwrap(self) >> SUPPLY_AT);
    }

    function expiresAt(OfferState self) internal pure returns (uint40) {
        return uint40(OfferState.unwrap(self) >> EXPIRES_AT);
    }

    function derivativeShare(OfferState self) internal pure returns (uint24) {
        return uint24(OfferState.unwrap(self) >> SHARE_AT);
    }

    function sold(OfferState self) internal pure returns (uint32) {
        return uint32(OfferState.unwrap(self) >> SOLD_AT);
    }

    function closed(OfferState self) internal pure returns (bool) {
        return OfferState.unwrap(self) >> CLOSED_AT != 0;
    }
}
