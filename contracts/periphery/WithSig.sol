// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IWithSig} from "../interfaces/IWithSig.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";

/// @title Forwarder of signed calls (ERC-2771), the one that all contracts of the set trust.
/// @notice Immutable, without roles, and holds nothing. One contract instead of a twin per function: whatever a user can do
/// himself he can sign, and nothing is signed that is not the whole call. The signature binds chain, forwarder, target,
/// action, arguments, coin, nonce and deadline.
/// @custom:invariant I12 a signature is usable once, on one chain, one contract, one action.
contract WithSig is IWithSig, EIP712 {
    bytes32 public constant SIGNED_CALL_TYPEHASH = keccak256(
        "SignedCall(address signer,address target,uint256 value,uint256 nonce,uint256 deadline,bytes data)"
    );

    mapping(address signer => mapping(uint256 word => uint256 bits)) private _usedNonces;

    constructor(Addresses memory house) EIP712("Colophon", "1") {
        Wiring.requireSame(address(this), house.withSig);
    }

    /// @inheritdoc IWithSig
    function send(SignedCall calldata call, bytes calldata signature) external payable returns (bytes memory result) {
        if (block.timestamp > call.deadline) revert WithSigExpired(call.deadline);
        if (msg.value != call.value) revert WithSigWrongValue(call.value, msg.value);
        _useNonce(call.signer, call.nonce);
        if (!SignatureChecker.isValidSignatureNow(call.signer, digestOf(call), signature)) {
            revert WithSigBadSignature(call.signer);
        }
        _requireTrusting(call.target);
        emit SignedCallSent(call.signer, call.target, call.nonce, msg.sender);
        return Address.functionCallWithValue(call.target, abi.encodePacked(call.data, call.signer), call.value);
    }

    /// @inheritdoc IWithSig
    function cancelNonce(uint256 nonce) external {
        _useNonce(msg.sender, nonce);
    }

    /// @inheritdoc IWithSig
    function nonceUsed(address signer, uint256 nonce) external view returns (bool) {
        return _usedNonces[signer][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    /// @inheritdoc IWithSig
    function digestOf(SignedCall calldata call) public view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        SIGNED_CALL_TYPEHASH,
                        call.signer,
                        call.target,
                        call.value,
                        call.nonce,
                        call.deadline,
                        keccak256(call.data)
                    )
                )
            );
    }

    function _useNonce(address signer, uint256 nonce) private {
        uint256 bit = 1 << (nonce & 0xff);
        uint256 word = _usedNonces[signer][nonce >> 8];
        if (word & bit != 0) revert WithSigNonceUsed(signer, nonce);
        _usedNonces[signer][nonce >> 8] = word | bit;
        emit NonceUsed(signer, nonce);
    }

    /// @dev Else the target would see this contract as the caller, and the signer would have signed for nothing.
    function _requireTrusting(address target) private view {
        (bool answered, bytes memory answer) = target.staticcall(
            abi.encodeCall(ERC2771Context.isTrustedForwarder, (address(this)))
        );
        if (!answered || answer.length != 32 || abi.decode(answer, (uint256)) != 1) {
            revert WithSigUntrustingTarget(target);
        }
    }
}
