// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IWorkRegistry} from "./IWorkRegistry.sol";

/// @title Works of several people: every payee signs (EIP-712, contracts by ERC-1271) how the owner's revenue is shared.
interface ICoCreations {
    /// @notice What every payee of a co-created work signs.
    /// @param contentHash The work's content.
    /// @param owner Who gets the token, and with it metadata and offers, but no part of the revenue; he registers.
    /// @param payees Who shares the owner's revenue, in strictly ascending order, 1 to 64.
    /// @param ppm Their parts of it; the sum is 1_000_000, none is zero.
    /// @param threshold How many payees can change the split with notice; all of them can at once.
    /// @param validUntil Last block time at which the signatures are good.
    /// @param nonce Any number; each signer can cancel a nonce of his.
    struct CoCreation {
        bytes32 contentHash;
        address owner;
        address[] payees;
        uint24[] ppm;
        uint8 threshold;
        uint40 validUntil;
        uint256 nonce;
    }

    /// @notice What payees sign to change the split of a co-created work; fields as in `CoCreation`.
    struct SplitChange {
        uint256 workId;
        address[] payees;
        uint24[] ppm;
        uint8 threshold;
        uint40 validUntil;
        uint256 nonce;
    }

    event CoCreated(uint256 indexed workId, address[] payees, uint24[] ppm, uint8 threshold);
    /// @notice A change that fewer than all payees signed: anyone can apply it from `effectiveAt` on.
    event SplitChangeAnnounced(
        uint256 indexed workId,
        address[] payees,
        uint24[] ppm,
        uint8 threshold,
        uint40 effectiveAt
    );
    event SplitChanged(uint256 indexed workId, address[] payees, uint24[] ppm, uint8 threshold);
    event NonceCanceled(address indexed payee, uint256 nonce);

    error CoCreationsWrongContent(bytes32 signed, bytes32 registered);
    error CoCreationsNotOwner(address owner, address caller);
    error CoCreationsBadSplit();
    error CoCreationsExpired(uint40 validUntil);
    error CoCreationsUsed(bytes32 digest);
    error CoCreationsNonceCanceled(address payee, uint256 nonce);
    error CoCreationsBadSignature(address payee);
    error CoCreationsTooFewSignatures(uint256 valid, uint256 wanted);
    error CoCreationsNotTheSplit(uint256 workId);
    error CoCreationsNothingAnnounced(uint256 workId);
    error CoCreationsTooEarly(uint256 workId, uint40 effectiveAt);

    /// @notice Registers a work whose revenue is shared.
    /// @param signatures Every payee's, in the order of the payees.
    function registerCoCreated(
        IWorkRegistry.NewWork calldata work,
        CoCreation calldata coCreation,
        bytes[] calldata signatures
    ) external returns (uint256 workId);

    /// @notice As `registerCoCreated`, for a derivative; the owner holds the licenses.
    function registerCoCreatedDerivative(
        IWorkRegistry.NewWork calldata work,
        uint256[] calldata licenseIds,
        CoCreation calldata coCreation,
        bytes[] calldata signatures
    ) external returns (uint256 workId);

    /// @notice Changes a split: at once when all present payees signed, else, when at least the threshold did, three days later
    /// by `applySplit`, so that everybody can still claim by the old split what was earned under it. Anyone can send it.
    /// @param payees The present payees, and `ppm` their parts.
    /// @param signatures One for each present payee, empty for one who did not sign.
    function changeSplit(
        address[] calldata payees,
        uint24[] calldata ppm,
        SplitChange calldata change,
        bytes[] calldata signatures
    ) external;

    /// @notice Applies an announced change whose time has come. Anyone.
    function applySplit(SplitChange calldata change) external;

    /// @notice Takes back what the caller signed, as a payee, with this nonce.
    function cancelNonce(uint256 nonce) external;

    /// @notice How many payees can change the work's split with notice; 0 for a work without one.
    function thresholdOf(uint256 workId) external view returns (uint8);

    /// @notice Digest that the payees of a co-created work sign.
    function coCreationDigest(CoCreation calldata coCreation) external view returns (bytes32);

    /// @notice Digest that payees sign to change a split.
    function splitChangeDigest(SplitChange calldata change) external view returns (bytes32);
}
