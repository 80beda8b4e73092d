// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title A contract account with one key, which signs for it (ERC-1271); anybody may have it act, for tests only.
contract WalletOfOne is IERC1271 {
    address public signer;

    constructor(address signer_) {
        signer = signer_;
    }

    receive() external payable {}

    function setSigner(address signer_) external {
        signer = signer_;
    }

    function act(address to, uint256 value, bytes calldata data) external payable returns (bytes memory result) {
        bool done;
        // solhint-disable-next-line avoid-low-level-calls
        (done, result) = to.call{value: value}(data);
        if (!done) {
            // solhint-disable-next-line no-inline-assembly
            assembly {
                revert(add(result, 32), mload(result))
            }
        }
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address recovered, ECDSA.RecoverError error, ) = ECDSA.tryRecover(hash, signature);
        bool good = error == ECDSA.RecoverError.NoError && recovered == signer;
        return good ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
