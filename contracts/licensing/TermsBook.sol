// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {Exclusivity, ShareMode, TermFlags} from "../libraries/TermFlags.sol";
import {Channels, Territories} from "../libraries/TermMasks.sol";

/// @title Every set of terms once, under its hash, never changed.
/// @dev Two slots a set, and a short number for each so that offers and licenses can name it in 32 bits.
abstract contract TermsBook is ILicenseToken {
    struct StoredTerms {
        uint16 flags;
        uint24 derivativeShare;
        uint32 duration;
        uint8 exclusivity;
        uint8 shareMode;
        uint32 territories;
        uint16 channels;
        // From 1; 0 = unknown terms.
        uint32 number;
        bytes32 legalText;
    }

    /// @notice Parts per million in a whole.
    uint256 public constant PPM = 1_000_000;

    uint32 private _termsCount;
    mapping(bytes32 termsId => StoredTerms) internal _terms;
    /// @inheritdoc ILicenseToken
    mapping(uint256 number => bytes32 termsId) public termsIdAt;

    /// @inheritdoc ILicenseToken
    function registerTerms(Terms calldata terms) external returns (bytes32 termsId) {
        (termsId, ) = _registerTerms(terms);
    }

    /// @inheritdoc ILicenseToken
    function termsOf(bytes32 termsId) external view returns (Terms memory) {
        StoredTerms storage terms = _terms[termsId];
        if (terms.number == 0) revert LicenseTokenUnknownTerms(termsId);
        return
            Terms({
                flags: terms.flags,
                derivativeShare: terms.derivativeShare,
                duration: terms.duration,
                legalText: terms.legalText,
                exclusivity: terms.exclusivity,
                shareMode: terms.shareMode,
                territories: terms.territories,
                channels: terms.channels
            });
    }

    /// @inheritdoc ILicenseToken
    function termsIdOf(Terms calldata terms) public pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    function _registerTerms(Terms calldata terms) internal returns (bytes32 termsId, uint32 number) {
        termsId = termsIdOf(terms);
        StoredTerms storage stored = _terms[termsId];
        number = stored.number;
        if (number != 0) return (termsId, number);
        if (
            terms.flags > TermFlags.ALL ||
            terms.derivativeShare > PPM ||
            terms.exclusivity > Exclusivity.LAST ||
            terms.shareMode > ShareMode.LAST ||
            terms.territories > Territories.ALL ||
            terms.channels > Channels.ALL
        ) revert LicenseTokenBadTerms();
        number = ++_termsCount;
        termsIdAt[number] = termsId;
        _terms[termsId] = StoredTerms({
            flags: terms.flags,
            derivativeShare: terms.derivativeShare,
            duration: terms.duration,
            exclusivity: terms.exclusivity,
            shareMode: terms.shareMode,
            territories: terms.territories,
            channels: terms.channels,
            number: number,
            legalText: terms.legalText
        });
        emit TermsRegistered(
            termsId,
            terms.flags,
            terms.derivativeShare,
            terms.duration,
            terms.legalText,
            terms.exclusivity,
            terms.shareMode,
            terms.territories,
            terms.channels
        );
    }
}
