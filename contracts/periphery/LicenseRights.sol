// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC5218Reads} from "../interfaces/IERC5218Reads.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {RawCid} from "../libraries/RawCid.sol";
import {Addresses} from "../libraries/Wiring.sol";
import {LicenseToken} from "../licensing/LicenseToken.sol";
import {WorkLimits, WorkLimitsLib} from "../licensing/WorkLimits.sol";

/// @title The licenses as ERC-5218 sees them, and a work's limits in fields.
/// @notice Reads only; nobody trusts it, anyone may deploy another.
contract LicenseRights is IERC5218Reads, IERC165 {
    /// @notice What a work's own licenses must keep to, and what of it is licensed already. All zero for a work without parents
    /// of which nothing was sold.
    /// @param blocked By a ruling: no new licenses.
    /// @param unpaid Neither price nor share may be asked: a parent's license is not commercial and agreed on no share.
    /// @param deniedFlags Rights (bits of `Terms.flags`) that may not be granted.
    /// @param requiredFlags Duties (bits of `Terms.flags`) that must be passed on.
    /// @param deniedTerritories Where licenses may not reach, bits of `Territories`.
    /// @param deniedChannels By what means they may not, bits of `Channels`.
    /// @param until No license may last longer; 0 = no limit.
    /// @param reciprocalTerms The only terms that may be offered; zero = any.
    /// @param parentLicense The first license the work was registered with; 0 = none.
    /// @param exclusiveLicense The last exclusive license; it binds while active.
    /// @param liveUntil Block time until which some license of the work lives; the type's largest value = for ever.
    struct Limits {
        bool blocked;
        bool unpaid;
        uint16 deniedFlags;
        uint16 requiredFlags;
        uint32 deniedTerritories;
        uint16 deniedChannels;
        uint40 until;
        bytes32 reciprocalTerms;
        uint256 parentLicense;
        uint256 exclusiveLicense;
        uint40 liveUntil;
    }

    LicenseToken public immutable licenseToken;

    constructor(Addresses memory house) {
        licenseToken = LicenseToken(house.licenses);
    }

    /// @inheritdoc IERC5218Reads
    /// @dev What becomes of an ancestor's license changes no license sold under it.
    function isLicenseActive(uint256 licenseId) external view returns (bool) {
        return licenseToken.isActive(licenseId);
    }

    /// @inheritdoc IERC5218Reads
    function getLicenseTokenId(uint256 licenseId) external view returns (uint256) {
        return licenseToken.licenseOf(licenseId).workId;
    }

    /// @inheritdoc IERC5218Reads
    /// @dev The first license the licensed work was made with; the token's `LicenseUsed` events name all of them.
    function getParentLicenseId(uint256 licenseId) external view returns (uint256) {
        return licenseToken.limitsOf(licenseToken.licenseOf(licenseId).workId).parentLicense();
    }

    /// @inheritdoc IERC5218Reads
    function getLicenseHolder(uint256 licenseId) external view returns (address) {
        return licenseToken.ownerOf(licenseId);
    }

    /// @inheritdoc IERC5218Reads
    /// @dev The prose if the terms have any, else the document made of the record.
    function getLicenseURI(uint256 licenseId) external view returns (string memory) {
        bytes32 legalText = licenseToken.termsOf(licenseToken.licenseOf(licenseId).termsId).legalText;
        if (legalText == bytes32(0)) return licenseToken.tokenURI(licenseId);
        return string.concat("ipfs://", RawCid.toString(legalText));
    }

    /// @inheritdoc IERC5218Reads
    /// @dev The dispute module, and only by a ruling; nobody else ever.
    function getLicenseRevoker(uint256 licenseId) external view returns (address) {
        licenseToken.ownerOf(licenseId);
        return licenseToken.disputes();
    }

    /// @notice What binds the licenses of a work; zero for an unknown one.
    function limitsOf(uint256 workId) external view returns (Limits memory) {
        WorkLimits limits = licenseToken.limitsOf(workId);
        uint16 rules = limits.rules();
        return
            Limits({
                blocked: rules & WorkLimitsLib.BLOCKED != 0,
                unpaid: rules & WorkLimitsLib.UNPAID != 0,
                deniedFlags: rules & WorkLimitsLib.RIGHTS,
                requiredFlags: rules & WorkLimitsLib.DUTIES,
                deniedTerritories: limits.deniedTerritories(),
                deniedChannels: limits.deniedChannels(),
                until: limits.until(),
                reciprocalTerms: licenseToken.termsIdAt(limits.reciprocalTerms()),
                parentLicense: limits.parentLicense(),
                exclusiveLicense: limits.exclusiveLicense(),
                liveUntil: limits.liveUntil()
            });
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC5218Reads).interfaceId || interfaceId == type(IERC165).interfaceId;
    }
}
