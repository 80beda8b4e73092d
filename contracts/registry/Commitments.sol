// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";

/// @title Dates for works that are not public yet: one Merkle root dates a whole portfolio.
/// @dev A leaf binds content, owner and a salt, so that a copied leaf is of no use to anybody else and tells nothing of the
/// content. Hashed twice, so that no inner node of a tree can pass for a leaf.
abstract contract Commitments is IWorkRegistry {
    mapping(bytes32 root => uint40 time) private _committedAt;

    /// @inheritdoc IWorkRegistry
    function commit(bytes32 root) external {
        if (_committedAt[root] != 0) revert WorkRegistryAlreadyCommitted(root, _committedAt[root]);
        _committedAt[root] = uint40(block.timestamp);
        emit WorksCommitted(root, uint40(block.timestamp));
    }

    /// @inheritdoc IWorkRegistry
    function rootCommittedAt(bytes32 root) external view returns (uint40) {
        return _committedAt[root];
    }

    /// @inheritdoc IWorkRegistry
    function committedAt(
        bytes32 contentHash,
        address owner,
        bytes32 root,
        bytes32 salt,
        bytes32[] calldata proof
    ) public view returns (uint40) {
        return MerkleProof.verifyCalldata(proof, root, leafOf(contentHash, owner, salt)) ? _committedAt[root] : 0;
    }

    /// @inheritdoc IWorkRegistry
    function leafOf(bytes32 contentHash, address owner, bytes32 salt) public pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(contentHash, owner, salt))));
    }
}
