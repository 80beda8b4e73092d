// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Burns all gas it is given.
contract GasBurner {
    receive() external payable {
        _burn();
    }

    fallback() external payable {
        _burn();
    }

    function _burn() private pure {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            invalid()
        }
    }
}
