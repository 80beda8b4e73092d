// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A contract account that speaks with one key's signatures (ERC-1271), and does what it is told.
contract KeyedWallet is IERC1271 {
    address public key;

    /// @notice What it calls when coin comes in, once.
    address public target;
    bytes public reaction;

    error KeyedWalletFailed();

    constructor(address key_) {
        key = key_;
    }

    receive() external payable virtual {
        if (target == address(0)) return;
        address to = target;
        target = address(0);
        // solhint-disable-next-line avoid-low-level-calls
        (bool done, ) = to.call(reaction);
        if (!done) revert KeyedWalletFailed();
    }

    function setKey(address key_) external {
        key = key_;
    }

    function react(address target_, bytes calldata reaction_) external {
        target = target_;
        reaction = reaction_;
    }

    function act(address to, uint256 value, bytes calldata data) external payable {
        // solhint-disable-next-line avoid-low-level-calls
        (bool done, ) = to.call{value: value}(data);
        if (!done) revert KeyedWalletFailed();
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(hash, signature);
        bool good = failure == ECDSA.RecoverError.NoError && signer == key;
        return good ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
