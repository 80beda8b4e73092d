// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ICoCreations} from "../interfaces/ICoCreations.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";

/// @title Co-creation: the one door through which a work's revenue can belong to others than its owner.
/// @notice Immutable and without roles. The ledger keeps a hash of the split and pays by it, whoever owns the token: transferring
/// a co-created work moves its metadata and offers, not its income. A signature is good for one struct, once, on one chain, in one
/// contract; what is remembered is the struct's digest, never the signature's bytes.
/// @custom:invariant I12 a signature is usable once, on one chain, one contract, one action.
contract CoCreations is ICoCreations, ERC2771Context, EIP712 {
    /// @dev A change that waits: hash of payees, ppm and threshold.
    struct Pending {
        bytes32 change;
        uint40 effectiveAt;
    }

    uint256 public constant MAX_PAYEES = 64;
    /// @notice Between a change that not all payees signed and its effect.
    uint40 public constant SPLIT_NOTICE = 3 days;
    bytes32 public constant CO_CREATION_TYPEHASH = keccak256(
        "CoCreation(bytes32 contentHash,address owner,address[] payees,uint24[] ppm,uint8 threshold,uint40 validUntil,uint256 nonce)"
    );
    bytes32 public constant SPLIT_CHANGE_TYPEHASH = keccak256(
        "SplitChange(uint256 workId,address[] payees,uint24[] ppm,uint8 threshold,uint40 validUntil,uint256 nonce)"
    );

    IWorkRegistry public immutable workRegistry;
    IRoyaltyLedger public immutable royaltyLedger;

    mapping(bytes32 digest => bool) private _used;
    mapping(address payee => mapping(uint256 word => uint256 bits)) private _canceledNonces;
    mapping(uint256 workId => uint8) private _thresholds;
    mapping(uint256 workId => Pending) private _pending;

    constructor(Addresses memory house) ERC2771Context(house.withSig) EIP712("Colophon", "1") {
        Wiring.requireSame(address(this), house.coCreations);
        workRegistry = IWorkRegistry(house.works);
        royaltyLedger = IRoyaltyLedger(house.ledger);
    }

    /// @inheritdoc ICoCreations
    function registerCoCreated(
        IWorkRegistry.NewWork calldata work,
        CoCreation calldata coCreation,
        bytes[] calldata signatures
    ) external returns (uint256 workId) {
        _requireCoCreation(work, coCreation, signatures);
        workId = workRegistry.registerFor(coCreation.owner, work);
        _setFirstSplit(workId, coCreation);
    }

    /// @inheritdoc ICoCreations
    function registerCoCreatedDerivative(
        IWorkRegistry.NewWork calldata work,
        uint256[] calldata licenseIds,
        CoCreation calldata coCreation,
        bytes[] calldata signatures
    ) external returns (uint256 workId) {
        _requireCoCreation(work, coCreation, signatures);
        workId = workRegistry.registerDerivativeFor(coCreation.owner, work, licenseIds);
        _setFirstSplit(workId, coCreation);
    }

    /// @inheritdoc ICoCreations
    function changeSplit(
        address[] calldata payees,
        uint24[] calldata ppm,
        SplitChange calldata change,
        bytes[] calldata signatures
    ) external {
        bytes28 split = royaltyLedger.splitOf(change.workId);
        if (split == 0 || split != _splitHash(payees, ppm)) revert CoCreationsNotTheSplit(change.workId);
        _requireSplit(change.payees, change.ppm, change.threshold);
        bytes32 digest = splitChangeDigest(change);
        _use(digest, change.validUntil);
        uint256 valid = _countSignatures(payees, digest, change.nonce, signatures);
        uint256 wanted = _thresholds[change.workId];
        if (valid < wanted) revert CoCreationsTooFewSignatures(valid, wanted);
        if (valid == payees.length) {
            _changeSplit(change);
        } else {
            uint40 effectiveAt = uint40(block.timestamp) + SPLIT_NOTICE;
            _pending[change.workId] = Pending(_changeHash(change), effectiveAt);
            emit SplitChangeAnnounced(change.workId, change.payees, change.ppm, change.threshold, effectiveAt);
        }
    }

    /// @inheritdoc ICoCreations
    function applySplit(SplitChange calldata change) external {
        Pending memory pending = _pending[change.workId];
        if (pending.change == 0 || pending.change != _changeHash(change)) {
            revert CoCreationsNothingAnnounced(change.workId);
        }
        if (block.timestamp < pending.effectiveAt) {
            revert CoCreationsTooEarly(change.workId, pending.effectiveAt);
        }
        _changeSplit(change);
    }

    /// @inheritdoc ICoCreations
    function cancelNonce(uint256 nonce) external {
        address payee = _msgSender();
        _canceledNonces[payee][nonce >> 8] |= 1 << (nonce & 0xff);
        emit NonceCanceled(payee, nonce);
    }

    /// @inheritdoc ICoCreations
    function thresholdOf(uint256 workId) external view returns (uint8) {
        return _thresholds[workId];
    }

    /// @inheritdoc ICoCreations
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

    /// @inheritdoc ICoCreations
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

    /// @dev The signatures are public while the transaction waits; only the owner they name can use them.
    function _requireCoCreation(
        IWorkRegistry.NewWork calldata work,
        CoCreation calldata coCreation,
        bytes[] calldata signatures
    ) private {
        if (coCreation.owner != _msgSender()) revert CoCreationsNotOwner(coCreation.owner, _msgSender());
        if (coCreation.contentHash != work.contentHash) {
            revert CoCreationsWrongContent(coCreation.contentHash, work.contentHash);
        }
        _requireSplit(coCreation.payees, coCreation.ppm, coCreation.threshold);
        bytes32 digest = coCreationDigest(coCreation);
        _use(digest, coCreation.validUntil);
        uint256 valid = _countSignatures(coCreation.payees, digest, coCreation.nonce, signatures);
        if (valid < coCreation.payees.length) revert CoCreationsTooFewSignatures(valid, coCreation.payees.length);
    }

    function _setFirstSplit(uint256 workId, CoCreation calldata coCreation) private {
        _thresholds[workId] = coCreation.threshold;
        emit CoCreated(workId, coCreation.payees, coCreation.ppm, coCreation.threshold);
        royaltyLedger.setSplit(workId, _splitHash(coCreation.payees, coCreation.ppm));
    }

    function _changeSplit(SplitChange calldata change) private {
        delete _pending[change.workId];
        _thresholds[change.workId] = change.threshold;
        emit SplitChanged(change.workId, change.payees, change.ppm, change.threshold);
        royaltyLedger.setSplit(change.workId, _splitHash(change.payees, change.ppm));
    }

    function _use(bytes32 digest, uint40 validUntil) private {
        if (block.timestamp > validUntil) revert CoCreationsExpired(validUntil);
        if (_used[digest]) revert CoCreationsUsed(digest);
        _used[digest] = true;
    }

    /// @dev An empty signature abstains; one that is there must be good.
    function _countSignatures(
        address[] calldata payees,
        bytes32 digest,
        uint256 nonce,
        bytes[] calldata signatures
    ) private view returns (uint256 valid) {
        if (signatures.length != payees.length) revert CoCreationsBadSplit();
        for (uint256 i = 0; i < payees.length; ++i) {
            if (signatures[i].length == 0) continue;
            address payee = payees[i];
            if (_canceledNonces[payee][nonce >> 8] & (1 << (nonce & 0xff)) != 0) {
                revert CoCreationsNonceCanceled(payee, nonce);
            }
            if (!SignatureChecker.isValidSignatureNowCalldata(payee, digest, signatures[i])) {
                revert CoCreationsBadSignature(payee);
            }
            ++valid;
        }
    }

    /// @dev Ascending addresses leave no room for a payee named twice, nor for the zero address.
    function _requireSplit(address[] calldata payees, uint24[] calldata ppm, uint8 threshold) private pure {
        uint256 count = payees.length;
        if (count == 0 || count > MAX_PAYEES || ppm.length != count) revert CoCreationsBadSplit();
        if (threshold == 0 || threshold > count) revert CoCreationsBadSplit();
        uint256 sum;
        address last;
        for (uint256 i = 0; i < count; ++i) {
            if (payees[i] <= last || ppm[i] == 0) revert CoCreationsBadSplit();
            last = payees[i];
            sum += ppm[i];
        }
        if (sum != 1_000_000) revert CoCreationsBadSplit();
    }

    /// @dev As the ledger computes it.
    function _splitHash(address[] calldata payees, uint24[] calldata ppm) private pure returns (bytes28) {
        return bytes28(keccak256(abi.encode(payees, ppm)));
    }

    function _changeHash(SplitChange calldata change) private pure returns (bytes32) {
        return keccak256(abi.encode(change.payees, change.ppm, change.threshold));
    }
}
