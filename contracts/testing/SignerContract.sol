// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A contract account whose word is that of its key (ERC-1271).
contract SignerContract is IERC1271 {
    address private immutable _key;
    bool public silent;

    constructor(address key) {
        _key = key;
    }

    receive() external payable {}

    function setSilent(bool value) external {
        silent = value;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address recovered, , ) = ECDSA.tryRecoverCalldata(hash, signature);
        return recovered == _key && !silent ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
