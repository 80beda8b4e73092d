// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {Exclusivity, TermFlags} from "../libraries/TermFlags.sol";

/// @title Well-known terms, ready to offer.
/// @notice Pure: it stores nothing and nobody trusts it. Terms named after a public license carry the digest of that license's
/// canonical address as their legal text: a raw block with just the address in it, which `textOf` gives, so anyone can make and
/// keep it. The fields say what those licenses grant; where a license is silent on training, see the preset's comment.
contract LicensePresets {
    enum Preset {
        // The dapp's own.
        Personal,
        Commercial,
        Remix,
        Training,
        // Creative Commons (https://creativecommons.org/share-your-work/cclicenses/).
        Cc0,
        CcBy,
        CcBySa,
        CcByNc,
        CcByNd,
        CcByNcSa,
        CcByNcNd,
        // Can't Be Evil licenses (https://github.com/a16z/a16z-contracts), in their own order.
        CantBeEvilCc0,
        CantBeEvilExclusive,
        CantBeEvilCommercial,
        CantBeEvilCommercialNoHate,
        CantBeEvilPersonal,
        CantBeEvilPersonalNoHate,
        // Flavors in the manner of programmable IP licenses; the fields are ours.
        NonCommercialSocialRemix,
        CommercialUse,
        CommercialRemix,
        OpenAttribution
    }

    uint16 private constant FREE =
        TermFlags.COMMERCIAL | TermFlags.DERIVATIVES | TermFlags.TRAINING | TermFlags.TRANSFERABLE;
    uint24 private constant REMIX_SHARE = 100_000;
    uint24 private constant TRAINING_SHARE = 50_000;

    /// @notice Terms of a preset.
    function termsOf(Preset preset) external pure returns (ILicenseToken.Terms memory) {
        return _termsOf(preset);
    }

    /// @notice Id of a preset's terms, equal to `LicenseToken.termsIdOf` of them.
    function termsIdOf(Preset preset) external pure returns (bytes32) {
        return keccak256(abi.encode(_termsOf(preset)));
    }

    /// @notice The block whose SHA-256 is the preset's `legalText`: an address; empty where the fields are all there is.
    function textOf(Preset preset) external pure returns (string memory) {
        return _textOf(preset);
    }

    /// @notice Terms that let a model be trained on the work, for a share of what the model earns.
    /// @param share Of the model's revenue, ppm.
    function trainAllowed(uint24 share) external pure returns (ILicenseToken.Terms memory) {
        return
            _terms(
                TermFlags.COMMERCIAL | TermFlags.DERIVATIVES | TermFlags.TRAINING | TermFlags.ATTRIBUTION,
                share,
                Exclusivity.NONE,
                ""
            );
    }

    /// @notice Terms for commercial remixes under the same terms, for a share of what they earn.
    /// @param share Of the derivative's revenue, ppm.
    function commercialRemix(uint24 share) external pure returns (ILicenseToken.Terms memory) {
        return _terms(_flagsOf(Preset.CommercialRemix), share, Exclusivity.NONE, "");
    }

    function _termsOf(Preset preset) private pure returns (ILicenseToken.Terms memory) {
        uint24 share;
        if (preset == Preset.Remix || preset == Preset.CommercialRemix) share = REMIX_SHARE;
        if (preset == Preset.Training) share = TRAINING_SHARE;
        // "No creator retention": nobody but the holder, so no other license may live.
        uint8 exclusivity = preset == Preset.CantBeEvilExclusive ? Exclusivity.SOLE : Exclusivity.NONE;
        return _terms(_flagsOf(preset), share, exclusivity, _textOf(preset));
    }

    function _terms(
        uint16 flags,
        uint24 share,
        uint8 exclusivity,
        string memory text
    ) private pure returns (ILicenseToken.Terms memory terms) {
        terms.flags = flags;
        terms.derivativeShare = share;
        terms.exclusivity = exclusivity;
        if (bytes(text).length != 0) terms.legalText = sha256(bytes(text));
    }

    function _flagsOf(Preset preset) private pure returns (uint16) {
        if (preset < Preset.Cc0) return _ownFlagsOf(preset);
        if (preset < Preset.CantBeEvilCc0) return _creativeCommonsFlagsOf(preset);
        if (preset < Preset.NonCommercialSocialRemix) return _cantBeEvilFlagsOf(preset);
        return _remixFlagsOf(preset);
    }

    function _ownFlagsOf(Preset preset) private pure returns (uint16) {
        uint16 flags = TermFlags.ATTRIBUTION;
        if (preset != Preset.Training) flags |= TermFlags.TRANSFERABLE;
        if (preset != Preset.Personal) flags |= TermFlags.COMMERCIAL;
        if (preset == Preset.Remix || preset == Preset.Training) flags |= TermFlags.DERIVATIVES;
        if (preset == Preset.Training) flags |= TermFlags.TRAINING;
        return flags;
    }

    /// @dev Training counts as granted wherever adapting is: these licenses grant the reproductions and adaptations that training
    /// makes, and forbid none by purpose except, in NC, commercial ones.
    function _creativeCommonsFlagsOf(Preset preset) private pure returns (uint16) {
        if (preset == Preset.Cc0) return FREE;
        uint16 flags = FREE | TermFlags.ATTRIBUTION;
        if (preset == Preset.CcByNc || preset == Preset.CcByNcSa || preset == Preset.CcByNcNd) {
            flags &= ~TermFlags.COMMERCIAL;
        }
        if (preset == Preset.CcByNd || preset == Preset.CcByNcNd) {
            flags &= ~(TermFlags.DERIVATIVES | TermFlags.TRAINING);
        }
        if (preset == Preset.CcBySa || preset == Preset.CcByNcSa) flags |= TermFlags.RECIPROCAL;
        return flags;
    }

    /// @dev None asks for attribution. The commercial ones grant modification and derivative works, the personal ones neither
    /// (sections 1.1 of CBE-ECR and CBE-PR); all move with their token. Training is not spoken of: granted with CC0 only.
    function _cantBeEvilFlagsOf(Preset preset) private pure returns (uint16) {
        if (preset == Preset.CantBeEvilCc0) return FREE;
        if (preset >= Preset.CantBeEvilPersonal) return TermFlags.TRANSFERABLE;
        return TermFlags.COMMERCIAL | TermFlags.DERIVATIVES | TermFlags.TRANSFERABLE;
    }

    function _remixFlagsOf(Preset preset) private pure returns (uint16) {
        uint16 flags = TermFlags.ATTRIBUTION | TermFlags.TRANSFERABLE;
        if (preset != Preset.NonCommercialSocialRemix) flags |= TermFlags.COMMERCIAL;
        if (preset != Preset.CommercialUse) flags |= TermFlags.DERIVATIVES | TermFlags.RECIPROCAL;
        return flags;
    }

    function _textOf(Preset preset) private pure returns (string memory) {
        if (preset < Preset.Cc0 || preset >= Preset.NonCommercialSocialRemix) return "";
        if (preset == Preset.Cc0) return "https://creativecommons.org/publicdomain/zero/1.0/legalcode";
        if (preset == Preset.CcBy) return _creativeCommons("by");
        if (preset == Preset.CcBySa) return _creativeCommons("by-sa");
        if (preset == Preset.CcByNc) return _creativeCommons("by-nc");
        if (preset == Preset.CcByNd) return _creativeCommons("by-nd");
        if (preset == Preset.CcByNcSa) return _creativeCommons("by-nc-sa");
        if (preset == Preset.CcByNcNd) return _creativeCommons("by-nc-nd");
        bytes1 number = bytes1(uint8(bytes1("0")) + uint8(preset) - uint8(Preset.CantBeEvilCc0));
        return string.concat("ar://zmc1WTspIhFyVY82bwfAIcIExLFH5lUcHHUN0wXg4W8/", string(abi.encodePacked(number)));
    }

    function _creativeCommons(string memory name) private pure returns (string memory) {
        return string.concat("https://creativecommons.org/licenses/", name, "/4.0/legalcode");
    }
}
