// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Register of creative works: one ERC-721 token per work, one work per content hash.
/// @notice A work is the claim "these bytes, with this fingerprint, were registered by this account at this
/// time". Parents are set once, at registration, always have smaller ids, and never change.
interface IWorkRegistry {
    /// @param contentHash SHA-256 of the file's bytes; unique over all works.
    /// @param fingerprint ISCC body (ISO 24138): 64-bit units meta | content | data | instance, left aligned, zero
    /// padded.
    /// @param metadataDigest SHA-256 of the metadata document, a single raw IPFS block: `tokenURI` is its CIDv1.
    /// @param provenanceHash SHA-256 of the canonical provenance document for generated works, else zero.
    /// @param fingerprintHeader The two header bytes of the ISCC-CODE, which say what the body holds.
    /// @param kind What the work is: one of the KIND constants of `WorkKind` (image 1, music 2, text 3, video 4,
    /// model 5, dataset pool 6, other 7).
    struct NewWork {
        bytes32 contentHash;
        bytes32 fingerprint;
        bytes32 metadataDigest;
        bytes32 provenanceHash;
        uint16 fingerprintHeader;
        uint8 kind;
    }

    /// @param registeredAt Block time of registration, seconds.
    /// @param kind See `NewWork.kind`.
    /// @param edges Number of parents, at most 8.
    /// @param stack Sum over all parents of (share + parent's stack), ppm: what the work owes upstream of each unit
    /// of revenue. At most 1_000_000.
    struct Work {
        bytes32 contentHash;
        bytes32 fingerprint;
        bytes32 metadataDigest;
        bytes32 provenanceHash;
        uint40 registeredAt;
        uint16 fingerprintHeader;
        uint8 kind;
        uint8 edges;
        uint24 stack;
    }

    /// @param parent Id of the parent work.
    /// @param share Parent's own share of each unit of the child's revenue, ppm.
    /// @param parentStack The parent's stack when the edge was set, ppm.
    struct Edge {
        uint64 parent;
        uint24 share;
        uint24 parentStack;
    }

    event WorkRegistered(
        uint256 indexed id,
        address indexed owner,
        bytes32 indexed contentHash,
        bytes32 fingerprint,
        uint16 fingerprintHeader,
        uint8 kind,
        bytes32 metadataDigest,
        bytes32 provenanceHash
    );
    event EdgeSet(
        uint256 indexed child,
        uint256 indexed parent,
        uint256 indexed licenseId,
        uint24 share,
        uint24 parentStack
    );
    event MetadataVersion(uint256 indexed id, bytes32 metadataDigest);

    error WorkRegistryEmptyContentHash();
    error WorkRegistryEmptyMetadata();
    error WorkRegistryBadKind(uint8 kind);
    /// @notice The same bytes are registered already.
    error WorkRegistryAlreadyRegistered(bytes32 contentHash, uint256 id);
    error WorkRegistryUnknownWork(uint256 id);
    error WorkRegistryNotOwner(uint256 id, address caller);
    error WorkRegistryNoParents();
    error WorkRegistryTooManyParents(uint256 count);
    error WorkRegistryDuplicateParent(uint256 parent);
    error WorkRegistryStackTooHigh(uint256 stack);
    error WorkRegistryNotModule(address caller);

    /// @notice Registers a work with no parents to the caller.
    function register(NewWork calldata work) external returns (uint256 id);

    /// @notice Registers a work derived from the works of `licenseIds`, whose licenses the caller holds and which
    /// this call uses up. One license per parent, 1 to 8.
    function registerDerivative(NewWork calldata work, uint256[] calldata licenseIds) external returns (uint256 id);

    /// @notice As `register`, to `owner`; only the license token, for its one-transaction `publish`.
    function registerFor(address owner, NewWork calldata work) external returns (uint256 id);

    /// @notice As `registerDerivative`, to `owner`; only the license token.
    function registerDerivativeFor(
        address owner,
        NewWork calldata work,
        uint256[] calldata licenseIds
    ) external returns (uint256 id);

    /// @notice Points the work at a new metadata document; older versions stay in the log. Only the owner.
    function setMetadata(uint256 id, bytes32 metadataDigest) external;

    /// @notice Number of works; ids run from 1 to this.
    function totalWorks() external view returns (uint256);

    /// @notice Id of the work with this SHA-256, or 0.
    function workByContent(bytes32 contentHash) external view returns (uint256 id);

    function workOf(uint256 id) external view returns (Work memory);

    /// @notice The edge, or an empty one (parent 0) where there is none.
    function edgeOf(uint256 id, uint256 index) external view returns (Edge memory);

    function edgesOf(uint256 id) external view returns (Edge[] memory);

    /// @notice What the work owes upstream, ppm; see `Work.stack`.
    function stackOf(uint256 id) external view returns (uint24);
}
