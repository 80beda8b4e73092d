// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {TermFlags} from "../libraries/TermFlags.sol";
import {Channels, Territories} from "../libraries/TermMasks.sol";

/// @notice What binds the licenses of one work, in one word; see `ILicenseToken.Limits`. From the lowest bit: rules 16,
/// deniedChannels 16, deniedTerritories 32, reciprocalTerms 32 (a number of `TermsBook`), until 40, parentLicense 40,
/// liveUntil 40, exclusiveLicense 40. 40 bits hold more license ids than can ever be issued.
type WorkLimits is uint256;

using WorkLimitsLib for WorkLimits global;

/// @title What a derivative inherits from the licenses it was made with, and whether an offer keeps to it.
/// @dev Only what a parent's license does not grant is stored, so limits of several parents add up by OR, a root work's
/// word is zero, and an offer is checked against one word however many parents and ancestors there are: what a parent may
/// not grant can't be in the license it sold.
library WorkLimitsLib {
    /// @dev Bits of `rules`. Those of rights mean "denied", that of attribution means "required".
    uint16 internal constant RIGHTS = TermFlags.COMMERCIAL | TermFlags.DERIVATIVES | TermFlags.TRAINING;
    uint16 internal constant DUTIES = TermFlags.ATTRIBUTION;
    uint16 internal constant UNPAID = 1 << 8;
    uint16 internal constant BLOCKED = 1 << 9;

    uint256 private constant CHANNELS_AT = 16;
    uint256 private constant TERRITORIES_AT = 32;
    uint256 private constant RECIPROCAL_AT = 64;
    uint256 private constant UNTIL_AT = 96;
    uint256 private constant PARENT_AT = 136;
    uint256 private constant LIVE_AT = 176;
    uint256 private constant EXCLUSIVE_AT = 216;
    uint256 private constant MASK_40 = type(uint40).max;
    uint256 private constant MASK_INHERITED = (1 << PARENT_AT) - 1;

    /// @notice Adds what one license demands of a work made with it.
    /// @param termsNumber The license's terms, should they be reciprocal.
    function inherit(
        WorkLimits self,
        uint256 licenseId,
        uint16 flags,
        uint24 share,
        uint40 expiresAt,
        uint32 termsNumber
    ) internal pure returns (WorkLimits) {
        uint256 word = WorkLimits.unwrap(self) | (~flags & RIGHTS) | (flags & DUTIES);
        // Not commercial, and no share agreed: then nothing was meant to be earned with it.
        if (flags & TermFlags.COMMERCIAL == 0 && share == 0) word |= UNPAID;
        if (parentLicense(self) == 0) word |= licenseId << PARENT_AT;
        uint40 last = until(self);
        if (expiresAt != 0 && (last == 0 || expiresAt < last)) word = _with(word, UNTIL_AT, expiresAt);
        if (flags & TermFlags.RECIPROCAL != 0) {
            uint32 other = reciprocalTerms(self);
            if (other != 0 && other != termsNumber) revert ILicenseToken.LicenseTokenTwoReciprocities(licenseId);
            word |= uint256(termsNumber) << RECIPROCAL_AT;
        }
        return WorkLimits.wrap(word);
    }

    /// @notice Adds where and by what means a license does not reach.
    function confine(WorkLimits self, uint32 territories, uint16 channels) internal pure returns (WorkLimits) {
        uint256 outside = Territories.ALL & ~_everywhere(territories);
        uint256 others = Channels.ALL & ~_everyChannel(channels);
        return WorkLimits.wrap(WorkLimits.unwrap(self) | (outside << TERRITORIES_AT) | (others << CHANNELS_AT));
    }

    /// @notice Reverts unless licenses under these terms may be offered.
    /// @param share What licenses will carry, ppm: the terms' share, or the offer's own if `overridden`.
    function requireOfferable(
        WorkLimits self,
        uint256 workId,
        ILicenseToken.Terms calldata terms,
        uint32 termsNumber,
        uint96 price,
        uint24 share,
        bool overridden
    ) internal view {
        if (WorkLimits.unwrap(self) & MASK_INHERITED == 0) return;
        uint16 bits = rules(self);
        if (terms.flags & bits & RIGHTS != 0) _refuse(workId, ILicenseToken.Inherited.Right);
        if (bits & DUTIES & ~terms.flags != 0) _refuse(workId, ILicenseToken.Inherited.Attribution);
        if (bits & UNPAID != 0 && (price != 0 || share != 0)) _refuse(workId, ILicenseToken.Inherited.Payment);
        uint32 reciprocal = reciprocalTerms(self);
        if (reciprocal != 0 && (reciprocal != termsNumber || overridden)) {
            _refuse(workId, ILicenseToken.Inherited.Reciprocity);
        }
        if (_everywhere(terms.territories) & deniedTerritories(self) != 0) {
            _refuse(workId, ILicenseToken.Inherited.Territory);
        }
        if (_everyChannel(terms.channels) & deniedChannels(self) != 0) {
            _refuse(workId, ILicenseToken.Inherited.Channel);
        }
        requireLasting(self, workId, terms.duration == 0 ? 0 : block.timestamp + terms.duration);
    }

    /// @notice Reverts if a license would outlive what the work was made with.
    /// @param expiresAt 0 = never.
    function requireLasting(WorkLimits self, uint256 workId, uint256 expiresAt) internal pure {
        uint40 last = until(self);
        if (last != 0 && (expiresAt == 0 || expiresAt > last)) _refuse(workId, ILicenseToken.Inherited.Expiry);
    }

    function withBlocked(WorkLimits self, bool blocked) internal pure returns (WorkLimits) {
        uint256 word = WorkLimits.unwrap(self);
        return WorkLimits.wrap(blocked ? word | BLOCKED : word & ~uint256(BLOCKED));
    }

    function withExclusiveLicense(WorkLimits self, uint256 licenseId) internal pure returns (WorkLimits) {
        return WorkLimits.wrap(_with(WorkLimits.unwrap(self), EXCLUSIVE_AT, licenseId));
    }

    function withLiveUntil(WorkLimits self, uint40 liveUntil_) internal pure returns (WorkLimits) {
        return WorkLimits.wrap(_with(WorkLimits.unwrap(self), LIVE_AT, liveUntil_));
    }

    function rules(WorkLimits self) internal pure returns (uint16) {
        return uint16(WorkLimits.unwrap(self));
    }

    function deniedChannels(WorkLimits self) internal pure returns (uint16) {
        return uint16(WorkLimits.unwrap(self) >> CHANNELS_AT);
    }

    function deniedTerritories(WorkLimits self) internal pure returns (uint32) {
        return uint32(WorkLimits.unwrap(self) >> TERRITORIES_AT);
    }

    function reciprocalTerms(WorkLimits self) internal pure returns (uint32) {
        return uint32(WorkLimits.unwrap(self) >> RECIPROCAL_AT);
    }

    function until(WorkLimits self) internal pure returns (uint40) {
        return uint40(WorkLimits.unwrap(self) >> UNTIL_AT);
    }

    function parentLicense(WorkLimits self) internal pure returns (uint40) {
        return uint40(WorkLimits.unwrap(self) >> PARENT_AT);
    }

    function liveUntil(WorkLimits self) internal pure returns (uint40) {
        return uint40(WorkLimits.unwrap(self) >> LIVE_AT);
    }

    function exclusiveLicense(WorkLimits self) internal pure returns (uint40) {
        return uint40(WorkLimits.unwrap(self) >> EXCLUSIVE_AT);
    }

    /// @dev A field of 40 bits set anew.
    function _with(uint256 word, uint256 offset, uint256 value) private pure returns (uint256) {
        return (word & ~(MASK_40 << offset)) | (value << offset);
    }

    function _refuse(uint256 workId, ILicenseToken.Inherited limit) private pure {
        revert ILicenseToken.LicenseTokenBeyondInherited(workId, limit);
    }

    function _everywhere(uint32 territories) private pure returns (uint32) {
        return territories == 0 ? Territories.ALL : territories;
    }

    function _everyChannel(uint16 channels) private pure returns (uint16) {
        return channels == 0 ? Channels.ALL : channels;
    }
}
