// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IDisputeModule} from "../interfaces/IDisputeModule.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {IsccCode} from "../libraries/IsccCode.sol";
import {Addresses} from "../libraries/Wiring.sol";

/// @title What the chain can check of a claim before anybody is asked to answer it.
/// @notice Views only, with the dispute module's errors; made by the module.
contract DisputeClaims {
    /// @notice Bits in which content units may differ to open a near-duplicate dispute. Of 124,750 pairs of distinct photographs
    /// measured, none was within 12.
    uint256 public constant MAX_DISTANCE = 12;
    uint256 public constant MAX_LICENSES = 16;
    /// @notice A result can be disputed this long after its review: silence then slashes before stake can leave (7 days).
    uint256 public constant RESULT_PERIOD = 4 days;
    uint256 private constant PPM = 1_000_000;
    uint8 private constant LIEN = 1;
    uint8 private constant BLOCK = 2;
    uint8 private constant REVOKE = 4;
    uint8 private constant CLEAR = 8;
    uint8 private constant SLASH = 16;

    IWorkRegistry private immutable _works;
    ILicenseToken private immutable _licenses;
    IJobMarket private immutable _jobMarket;

    constructor(Addresses memory house) {
        _works = IWorkRegistry(house.works);
        _licenses = ILicenseToken(house.licenses);
        _jobMarket = IJobMarket(house.jobMarket);
    }

    /// @notice Bits in which the content units of two works differ. Reverts when they can't be compared.
    function contentDistance(uint256 workId, uint256 otherWork) public view returns (uint256) {
        IWorkRegistry.Work memory work = _works.workOf(workId);
        IWorkRegistry.Work memory other = _works.workOf(otherWork);
        uint64 unit = IsccCode.contentUnit(work.fingerprint, work.fingerprintHeader);
        uint64 otherUnit = IsccCode.contentUnit(other.fingerprint, other.fingerprintHeader);
        if (work.fingerprintHeader != other.fingerprintHeader || unit == 0 || otherUnit == 0) {
            revert IDisputeModule.DisputeModuleNotComparable(work.fingerprintHeader, other.fingerprintHeader);
        }
        return IsccCode.distance(unit, otherUnit);
    }

    /// @dev Each claim has its own effects, and each effect what it needs.
    function _requireEffects(IDisputeModule.NewDispute calldata asked) private pure {
        IDisputeModule.Claim claim = asked.claim;
        uint8 allowed = LIEN | BLOCK;
        if (claim == IDisputeModule.Claim.ExactDuplicate) allowed |= CLEAR;
        else if (claim == IDisputeModule.Claim.LicenseBreach) allowed = asked.workId == 0 ? REVOKE : allowed | REVOKE;
        else if (claim == IDisputeModule.Claim.MissingParent) allowed = LIEN;
        else if (claim == IDisputeModule.Claim.ResultFraud) allowed = SLASH;
        uint8 effects = asked.effects;
        bool bad = effects == 0 || effects & ~allowed != 0;
        bad = bad || (effects & REVOKE != 0) != (asked.licenseIds.length != 0);
        bad = bad || (effects & SLASH != 0) != (asked.slashAmount != 0);
        if (bad) revert IDisputeModule.DisputeModuleBadEffects(claim, effects);
        if ((effects & LIEN != 0) != (asked.lienPpm != 0) || asked.lienPpm > PPM) {
            revert IDisputeModule.DisputeModuleBadLien(asked.lienPpm);
        }
    }

    /// @notice Checks what the chain can check of a claim and of what is asked for.
    /// @return respondent Who has to answer.
    function check(
        IDisputeModule.NewDispute calldata asked,
        address claimant
    ) external view returns (address respondent) {
        _requireEffects(asked);
        IDisputeModule.Claim claim = asked.claim;
        if (claim == IDisputeModule.Claim.ResultFraud) return _requireJob(asked, claimant);
        if (claim == IDisputeModule.Claim.LicenseBreach) return _requireLicenses(asked, claimant);
        if (asked.licenseIds.length != 0 || asked.jobId != 0) revert IDisputeModule.DisputeModuleBadClaim(claim);
        if ((claim == IDisputeModule.Claim.ExactDuplicate) != (asked.otherWork == 0))
            revert IDisputeModule.DisputeModuleUnknownWork(asked.otherWork);
        if (claim == IDisputeModule.Claim.NearDuplicate) _requireNear(asked.workId, asked.otherWork);
        // Parents have smaller ids than their children.
        if (claim == IDisputeModule.Claim.MissingParent && asked.otherWork >= asked.workId) {
            revert IDisputeModule.DisputeModuleUnknownWork(asked.otherWork);
        }
        return _ownerOf(asked.workId);
    }

    function _requireNear(uint256 workId, uint256 otherWork) private view {
        uint256 bits = contentDistance(workId, otherWork);
        if (bits > MAX_DISTANCE) revert IDisputeModule.DisputeModuleTooFar(bits, MAX_DISTANCE);
        uint40 priority = _priorityAt(workId);
        uint40 claimed = _priorityAt(otherWork);
        if (claimed > priority || (claimed == priority && otherWork >= workId)) {
            revert IDisputeModule.DisputeModuleNotOlder(claimed, priority);
        }
    }

    /// @notice Reverts unless the claimant committed to the work's content before the work's priority.
    function requireOlderCommitment(
        uint256 workId,
        address claimant,
        bytes32 root,
        bytes32 salt,
        bytes32[] calldata proof
    ) external view {
        IWorkRegistry.Work memory work = _works.workOf(workId);
        if (work.superseded) revert IDisputeModule.DisputeModuleUnknownWork(workId);
        uint40 claimed = _works.committedAt(work.contentHash, claimant, root, salt, proof);
        uint40 priority = work.priorityAt;
        if (claimed == 0 || claimed >= priority) revert IDisputeModule.DisputeModuleNotOlder(claimed, priority);
    }

    /// @dev Only the licensor speaks of a breach. Licenses are his work's and one holder's; a work complained of is that holder's.
    function _requireLicenses(
        IDisputeModule.NewDispute calldata asked,
        address claimant
    ) private view returns (address holder) {
        if (asked.jobId != 0) revert IDisputeModule.DisputeModuleBadClaim(asked.claim);
        if (_ownerOf(asked.otherWork) != claimant)
            revert IDisputeModule.DisputeModuleNotOwner(asked.otherWork, claimant);
        uint256 count = asked.licenseIds.length;
        if (count > MAX_LICENSES) revert IDisputeModule.DisputeModuleTooMany(count, MAX_LICENSES);
        if (asked.workId != 0) holder = _ownerOf(asked.workId);
        for (uint256 i = 0; i < count; ++i) {
            uint256 licenseId = asked.licenseIds[i];
            address owner = IERC721(address(_licenses)).ownerOf(licenseId);
            if (i == 0 && asked.workId == 0) holder = owner;
            if (owner != holder || _licenses.licenseOf(licenseId).workId != asked.otherWork) {
                revert IDisputeModule.DisputeModuleBadLicenses(licenseId);
            }
        }
    }

    /// @dev Only who paid for the job, soon after it was settled. At most its price can be slashed.
    function _requireJob(
        IDisputeModule.NewDispute calldata asked,
        address claimant
    ) private view returns (address operator) {
        if (asked.workId != 0 || asked.otherWork != 0 || asked.licenseIds.length != 0) {
            revert IDisputeModule.DisputeModuleBadClaim(asked.claim);
        }
        IJobMarket.Job memory job = _jobMarket.jobOf(asked.jobId);
        bool late = block.timestamp > job.deadline + RESULT_PERIOD;
        if (job.status != IJobMarket.Status.Settled || job.requester != claimant || late) {
            revert IDisputeModule.DisputeModuleBadJob(asked.jobId);
        }
        // What a price in a token is worth can't be known: the bond, of the same size, is what keeps the claim honest.
        if (job.currency == address(0) && asked.slashAmount > job.price)
            revert IDisputeModule.DisputeModuleBadJob(asked.jobId);
        return job.operator;
    }

    function _priorityAt(uint256 workId) private view returns (uint40) {
        return _works.priorityAt(workId);
    }

    function _ownerOf(uint256 workId) private view returns (address) {
        return IERC721(address(_works)).ownerOf(workId);
    }
}
