// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {WorkToken} from "./WorkToken.sol";

/// @title Works of several people: every payee signs how the revenue is shared.
/// @notice The ledger keeps a hash of the split and pays by it, whoever owns the token: transferring a co-created work moves its
/// metadata and offers, not its income. A signature is good for one struct, once, on one chain, in one contract; what is
/// remembered is the struct's digest, never the signature's bytes.
/// @custom:invariant I12 a signature is usable once, on one chain, one contract, one action.
abstract contract CoCreations is IWorkRegistry, WorkToken, EIP712 {
    /// @dev A change that waits: hash of payees, ppm and threshold.
    struct Pending {
        bytes32 change;
        uint40 effectiveAt;
    }

    uint256 public constant MAX_PAYEES = 64;
    /// @notice Between a change that not all payees signed and its effect.
    uint40 public constant SPLIT_NOTICE = 3 days;
    bytes32 public constant CO_CREATION_TYPEHASH =
        keccak256(
            "CoCreation(bytes32 contentHash,address owner,address[] payees,uint24[] ppm,uint8 threshold,uint40 validUntil,uint256 nonce)"
        );
    bytes32 public constant SPLIT_CHANGE_TYPEHASH =
        keccak256(
            "SplitChange(uint256 workId,address[] payees,uint24[] ppm,uint8 threshold,uint40 validUntil,uint256 nonce)"
        );

    IRoyaltyLedger internal immutable _ledger;

    mapping(bytes32 digest => bool) private _used;
    mapping(address payee => mapping(uint256 word => uint256 bits)) private _canceledNonces;
    mapping(uint256 id => uint8) private _thresholds;
    mapping(uint256 id => Pending) private _pending;

    constructor(address ledger) EIP712("Colophon", "1") {
        _ledger = IRoyaltyLedger(ledger);
    }

    /// @inheritdoc IWorkRegistry
    function registerCoCreated(
        NewWork calldata work,
        CoCreation calldata coCreation,
        bytes[] calldata signatures
    ) external returns (uint256 id) {
        _requireCoCreation(work, coCreation, signatures);
        id = _register(coCreation.owner, work);
        _setFirstSplit(id, coCreation);
    }

    /// @inheritdoc IWorkRegistry
    function registerCoCreatedDerivative(
        NewWork calldata work,
        uint256[] calldata licenseIds,
        CoCreation calldata coCreation,
        bytes[] calldata signatures
    ) external returns (uint256 id) {
        _requireCoCreation(work, coCreation, signatures);
        id = _registerDerivative(coCreation.owner, work, licenseIds);
        _setFirstSplit(id, coCreation);
    }

    /// @inheritdoc IWorkRegistry
    function changeSplit(
        address[] calldata payees,
        uint24[] calldata ppm,
        SplitChange calldata change,
        bytes[] calldata signatures
    ) external {
        bytes28 split = _ledger.splitOf(change.workId);
        if (split == 0 || split != _splitHash(payees, ppm)) revert WorkRegistryNotTheSplit(change.workId);
        _requireSplit(change.payees, change.ppm, change.threshold);
        bytes32 digest = splitChangeDigest(change);
        _use(digest, change.validUntil);
        uint256 valid = _countSignatures(payees, digest, change.nonce, signatures);
        uint256 wanted = _thresholds[change.workId];
        if (valid < wanted) revert WorkRegistryTooFewSignatures(valid, wanted);
        if (valid == payees.length) {
            _changeSplit(change);
        } else {
            uint40 effectiveAt = uint40(block.timestamp) + SPLIT_NOTICE;
            _pending[change.workId] = Pending(_changeHash(change), effectiveAt);
            emit SplitChangeAnnounced(change.workId, change.payees, change.ppm, change.threshold, effectiveAt);
        }
    }

    /// @inheritdoc IWorkRegistry
    function applySplit(SplitChange calldata change) external {
        Pending memory pending = _pending[change.workId];
        if (pending.change == 0 || pending.change != _changeHash(change)) {
            revert WorkRegistryNoSplitChange(change.workId);
        }
        if (block.timestamp < pending.effectiveAt) {
            revert WorkRegistrySplitChangeTooEarly(change.workId, pending.effectiveAt);
        }
        _changeSplit(change);
    }

    /// @inheritdoc IWorkRegistry
    function cancelSplitNonce(uint256 nonce) external {
        address payee = _msgSender();
        _canceledNonces[payee][nonce >> 8] |= 1 << (nonce & 0xff);
        emit SplitNonceCanceled(payee, nonce);
    }

    /// @inheritdoc IWorkRegistry
    function splitThresholdOf(uint256 id) external view returns (uint8) {
        return _thresholds[id];
    }

    /// @inheritdoc IWorkRegistry
    function coCreationDigest(CoCreation calldata coCreation) public view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        CO_CREATION_TYPEHASH,
                        coCreation.contentHash,
                        coCreation.owner,
                        keccak256(abi.encodePacked(coCreation.payees)),
                        keccak256(abi.encodePacked(coCreation.ppm)),
                        coCreation.threshold,
                        coCreation.validUntil,
                        coCreation.nonce
                    )
                )
            );
    }

    /// @inheritdoc IWorkRegistry
    function splitChangeDigest(SplitChange calldata change) public view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        SPLIT_CHANGE_TYPEHASH,
                        change.workId,
                        keccak256(abi.encodePacked(change.payees)),
                        keccak256(abi.encodePacked(change.ppm)),
                        change.threshold,
                        change.validUntil,
                        change.nonce
                    )
                )
            );
    }

    function _register(address owner, NewWork calldata work) internal virtual returns (uint256 id);

    function _registerDerivative(
        address owner,
        NewWork calldata work,
        uint256[] calldata licenseIds
    ) internal virtual returns (uint256 id);

    /// @dev The signatures are public while the transaction waits; only the owner they name can use them.
    function _requireCoCreation(
        NewWork calldata work,
        CoCreation calldata coCreation,
        bytes[] calldata signatures
    ) private {
        if (coCreation.owner != _msgSender()) revert WorkRegistryNotCoCreator(coCreation.owner, _msgSender());
        if (coCreation.contentHash != work.contentHash) {
            revert WorkRegistryWrongContent(coCreation.contentHash, work.contentHash);
        }
        _requireSplit(coCreation.payees, coCreation.ppm, coCreation.threshold);
        bytes32 digest = coCreationDigest(coCreation);
        _use(digest, coCreation.validUntil);
        uint256 valid = _countSignatures(coCreation.payees, digest, coCreation.nonce, signatures);
        if (valid < coCreation.payees.length) revert WorkRegistryTooFewSignatures(valid, coCreation.payees.length);
    }

    function _setFirstSplit(uint256 id, CoCreation calldata coCreation) private {
        _thresholds[id] = coCreation.threshold;
        emit CoCreated(id, coCreation.payees, coCreation.ppm, coCreation.threshold);
        _ledger.setSplit(id, _splitHash(coCreation.payees, coCreation.ppm));
    }

    function _changeSplit(SplitChange calldata change) private {
        delete _pending[change.workId];
        _thresholds[change.workId] = change.threshold;
        emit SplitChanged(change.workId, change.payees, change.ppm, change.threshold);
        _ledger.setSplit(change.workId, _splitHash(change.payees, change.ppm));
    }

    function _use(bytes32 digest, uint40 validUntil) private {
        if (block.timestamp > validUntil) revert WorkRegistrySplitExpired(validUntil);
        if (_used[digest]) revert WorkRegistrySplitUsed(digest);
        _used[digest] = true;
    }

    /// @dev An empty signature abstains; one that is there must be good.
    function _countSignatures(
        address[] calldata payees,
        bytes32 digest,
        uint256 nonce,
        bytes[] calldata signatures
    ) private view returns (uint256 valid) {
        if (signatures.length != payees.length) revert WorkRegistryBadSplit();
        for (uint256 i = 0; i < payees.length; ++i) {
            if (signatures[i].length == 0) continue;
            address payee = payees[i];
            if (_canceledNonces[payee][nonce >> 8] & (1 << (nonce & 0xff)) != 0) {
                revert WorkRegistrySplitNonceCanceled(payee, nonce);
            }
            if (!SignatureChecker.isValidSignatureNowCalldata(payee, digest, signatures[i])) {
                revert WorkRegistryBadSignature(payee);
            }
            ++valid;
        }
    }

    /// @dev Ascending addresses leave no room for a payee named twice, nor for the zero address.
    function _requireSplit(address[] calldata payees, uint24[] calldata ppm, uint8 threshold) private pure {
        uint256 count = payees.length;
        if (count == 0 || count > MAX_PAYEES || ppm.length != count) revert WorkRegistryBadSplit();
        if (threshold == 0 || threshold > count) revert WorkRegistryBadSplit();
        uint256 sum;
        address last;
        for (uint256 i = 0; i < count; ++i) {
            if (payees[i] <= last || ppm[i] == 0) revert WorkRegistryBadSplit();
            last = payees[i];
            sum += ppm[i];
        }
        if (sum != 1_000_000) revert WorkRegistryBadSplit();
    }

    /// @dev As the ledger computes it.
    function _splitHash(address[] calldata payees, uint24[] calldata ppm) private pure returns (bytes28) {
        return bytes28(keccak256(abi.encode(payees, ppm)));
    }

    function _changeHash(SplitChange calldata change) private pure returns (bytes32) {
        return keccak256(abi.encode(change.payees, change.ppm, change.threshold));
    }
}
