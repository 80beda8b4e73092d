// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The signature twin of every action: anyone can send, and pay the gas of, a call that somebody signed.
interface IWithSig {
    /// @param signer Who acts: an account, or a contract that answers ERC-1271.
    /// @param target Contract of the set that is called.
    /// @param value Coin that the sender of the transaction must add, wei.
    /// @param nonce Any number not used before by the signer; calls may be sent in any order.
    /// @param deadline Last block time at which the call may be sent.
    /// @param data The call: selector and arguments, all of it signed.
    struct SignedCall {
        address signer;
        address target;
        uint256 value;
        uint256 nonce;
        uint256 deadline;
        bytes data;
    }

    event SignedCallSent(address indexed signer, address indexed target, uint256 nonce, address sender);
    event NonceUsed(address indexed signer, uint256 nonce);

    error WithSigExpired(uint256 deadline);
    error WithSigNonceUsed(address signer, uint256 nonce);
    error WithSigBadSignature(address signer);
    error WithSigWrongValue(uint256 expected, uint256 received);
    /// @notice The target does not take the signer's word from this contract: the call would not act for the signer.
    error WithSigUntrustingTarget(address target);

    /// @notice Sends a signed call. Reverts with the target's own error if that fails, and then leaves the nonce unused.
    function send(SignedCall calldata call, bytes calldata signature) external payable returns (bytes memory result);

    /// @notice Makes a nonce of the caller unusable: takes back what was signed with it.
    function cancelNonce(uint256 nonce) external;

    function nonceUsed(address signer, uint256 nonce) external view returns (bool);

    /// @notice EIP-712 digest that the signer signs.
    function digestOf(SignedCall calldata call) external view returns (bytes32);
}
