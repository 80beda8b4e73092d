// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A token with permits (ERC-2612) and authorizations (ERC-3009), as the large dollar tokens have.
contract PermitToken is ERC20Permit {
    bytes32 public constant RECEIVE_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );

    mapping(address authorizer => mapping(bytes32 nonce => bool)) public authorizationState;

    error PermitTokenUsed(bytes32 nonce);
    error PermitTokenNotReceiver(address caller);
    error PermitTokenNotNow();
    error PermitTokenBadSignature();

    constructor() ERC20("Permit", "PERMIT") ERC20Permit("Permit") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        if (to != msg.sender) revert PermitTokenNotReceiver(msg.sender);
        if (block.timestamp <= validAfter || block.timestamp >= validBefore) revert PermitTokenNotNow();
        if (authorizationState[from][nonce]) revert PermitTokenUsed(nonce);
        authorizationState[from][nonce] = true;
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(RECEIVE_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce))
        );
        if (ECDSA.recover(digest, v, r, s) != from) revert PermitTokenBadSignature();
        _transfer(from, to, value);
    }
}
