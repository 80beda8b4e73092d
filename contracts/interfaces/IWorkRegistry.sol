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
    /// @param provenanceHash Binds how a generated work was made: `provenanceHashOf` of its receipt; else zero.
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
    /// @param priorityAt Block time of the commitment it was registered from, else that of registration.
    /// @param kind See `NewWork.kind`.
    /// @param edges Number of parents, at most 8.
    /// @param stack Sum over all parents of (share + parent's stack), ppm: what the work owes upstream of each unit
    /// of revenue. At most 1_000_000.
    /// @param superseded A ruling gave the content to somebody with an older claim; the token stays, the content slot is free.
    struct Work {
        bytes32 contentHash;
        bytes32 fingerprint;
        bytes32 metadataDigest;
        bytes32 provenanceHash;
        uint40 registeredAt;
        uint40 priorityAt;
        uint16 fingerprintHeader;
        uint8 kind;
        uint8 edges;
        uint24 stack;
        bool superseded;
    }

    /// @param parent Id of the parent work.
    /// @param share Parent's own share of each unit of the child's revenue, ppm.
    /// @param parentStack What the edge adds to the child's stack beside the share, ppm: the parent's stack for an absolute
    /// edge, 0 for a relative one.
    /// @param mode `EdgeMode`: 0 absolute, 1 relative.
    struct Edge {
        uint64 parent;
        uint24 share;
        uint24 parentStack;
        uint8 mode;
    }

    /// @notice How a generated work was made, for anyone to check and, for bit-exact models, to run again.
    /// @param modelWork Work of kind model that made it; 0 when the model is not registered.
    /// @param modelDigest SHA-256 of the model's weights.
    /// @param seed Seed of the generator.
    /// @param paramsHash SHA-256 of the canonical sampling parameters.
    /// @param promptCommitment SHA-256 of salt and prompt: shows the prompt to whom the creator gives the salt.
    /// @param parents The work's parents, in the order of its edges.
    /// @param operator Who ran the model.
    /// @param document SHA-256 of the canonical provenance document, or zero.
    struct Provenance {
        uint256 modelWork;
        bytes32 modelDigest;
        uint256 seed;
        bytes32 paramsHash;
        bytes32 promptCommitment;
        uint256[] parents;
        address operator;
        bytes32 document;
    }

    /// @notice A token elsewhere that the work's owner says is the same work.
    struct ExternalToken {
        uint64 chainId;
        address token;
        uint256 tokenId;
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
        uint24 parentStack,
        uint8 mode
    );
    event MetadataVersion(uint256 indexed id, bytes32 metadataDigest);
    event WorksCommitted(bytes32 indexed root, uint40 time);
    /// @notice The work was registered from a commitment of this time.
    event PrioritySet(uint256 indexed id, bytes32 indexed root, uint40 priorityAt);
    event ProvenanceShown(
        uint256 indexed id,
        uint256 indexed modelWork,
        address indexed operator,
        bytes32 modelDigest,
        uint256 seed,
        bytes32 paramsHash,
        bytes32 promptCommitment,
        bytes32 document
    );
    /// @param owned Whether the work's owner held that token at this moment; only ever true on this chain.
    event ExternalLinked(
        uint256 indexed id,
        uint64 indexed chainId,
        address indexed token,
        uint256 tokenId,
        bool owned
    );
    /// @notice By ruling, the work is superseded; until `reservedUntil` only `claimant` can register the content.
    event ContentCleared(
        uint256 indexed id,
        bytes32 indexed contentHash,
        address indexed claimant,
        uint40 reservedUntil
    );

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
    error WorkRegistryBadMode(uint8 mode);
    error WorkRegistryTooManyWorks(uint256 count);
    error WorkRegistryAlreadyCommitted(bytes32 root, uint40 time);
    /// @notice The proof leads to no committed root, or the root was not committed.
    error WorkRegistryNotCommitted(bytes32 root);
    /// @notice A ruling keeps the content for the claimant until then.
    error WorkRegistryReserved(bytes32 contentHash, address claimant, uint40 until);
    error WorkRegistrySuperseded(uint256 id);
    error WorkRegistryProvenanceMismatch(uint256 id);

    /// @notice Registers a work with no parents to the caller.
    function register(NewWork calldata work) external returns (uint256 id);

    /// @notice Registers a work derived from the works of `licenseIds`, whose licenses the caller holds and which
    /// this call uses up. One license per parent, 1 to 8.
    function registerDerivative(NewWork calldata work, uint256[] calldata licenseIds) external returns (uint256 id);

    /// @notice Registers up to 32 works to the caller; their ids follow each other from `firstId` on.
    function registerMany(NewWork[] calldata works) external returns (uint256 firstId);

    /// @notice Dates a Merkle tree of leaves (`leafOf`). Anyone; the first commitment of a root counts.
    function commit(bytes32 root) external;

    /// @notice Registers a work to the caller, whose leaf is in the committed tree; its priority is the commitment's time.
    /// @dev An older commitment of somebody else takes nothing away: it is a presumption in a dispute, since a commitment proves
    /// earlier possession and not authorship.
    function registerCommitted(
        NewWork calldata work,
        bytes32 root,
        bytes32 salt,
        bytes32[] calldata proof
    ) external returns (uint256 id);

    /// @notice Says that a token elsewhere is the same work. A link, never custody; only the work's owner.
    function registerExternal(uint256 id, uint64 chainId, address token, uint256 tokenId) external;

    /// @notice Puts a work's provenance in the log; anyone, but only the receipt that was bound at registration.
    function showProvenance(uint256 id, Provenance calldata provenance) external;

    /// @notice Frees a work's content by ruling, and marks the work superseded. Only the dispute module.
    function clearContent(uint256 id) external;

    /// @notice As `clearContent`, and keeps the content for `claimant` for 30 days, so that nobody registers it in between.
    function clearContentFor(uint256 id, address claimant) external;

    /// @notice As `register`, to `owner`; only the license token (`publish`), the marketplace (lazy mint) and `CoCreations`.
    function registerFor(address owner, NewWork calldata work) external returns (uint256 id);

    /// @notice As `registerDerivative`, to `owner`; only the license token and `CoCreations`.
    function registerDerivativeFor(
        address owner,
        NewWork calldata work,
        uint256[] calldata licenseIds
    ) external returns (uint256 id);

    /// @notice Points the work at a new metadata document; older versions stay in the log. Only the owner.
    function setMetadata(uint256 id, bytes32 metadataDigest) external;

    /// @notice Number of works; ids run from 1 to this.
    function totalWorks() external view returns (uint256);

    /// @notice Block time at which the root was committed, or 0.
    function rootCommittedAt(bytes32 root) external view returns (uint40);

    /// @notice Block time at which the owner committed to the content, or 0 when the proof does not show it.
    function committedAt(
        bytes32 contentHash,
        address owner,
        bytes32 root,
        bytes32 salt,
        bytes32[] calldata proof
    ) external view returns (uint40);

    /// @notice Whether the proof shows that `owner` committed to the work's content before the work's own priority.
    function proveEarlierCommit(
        uint256 id,
        address owner,
        bytes32 root,
        bytes32 salt,
        bytes32[] calldata proof
    ) external view returns (bool);

    /// @notice Leaf of a commitment: keccak256 of keccak256 of the ABI encoding of the three.
    function leafOf(bytes32 contentHash, address owner, bytes32 salt) external pure returns (bytes32);

    /// @notice When the work's content is dated: its commitment, else its registration.
    function priorityAt(uint256 id) external view returns (uint40);

    /// @notice keccak256 of the receipt's ABI encoding.
    function provenanceHashOf(Provenance calldata provenance) external pure returns (bytes32);

    /// @notice Whether the receipt is the one bound at registration, names the work's parents in order, and a work of kind
    /// model where it names one.
    function verifyProvenance(uint256 id, Provenance calldata provenance) external view returns (bool);

    function externalOf(uint256 id) external view returns (ExternalToken memory);

    /// @notice For whom a freed content is kept, and until when; zero when for nobody.
    function reservationOf(bytes32 contentHash) external view returns (address claimant, uint40 until);

    /// @notice Owner and stack at once, which share a slot; both zero for an unknown work.
    function ownerAndStackOf(uint256 id) external view returns (address owner, uint24 stack);

    /// @notice Id of the work with this SHA-256, or 0.
    function workByContent(bytes32 contentHash) external view returns (uint256 id);

    function workOf(uint256 id) external view returns (Work memory);

    /// @notice The edge, or an empty one (parent 0) where there is none.
    function edgeOf(uint256 id, uint256 index) external view returns (Edge memory);

    function edgesOf(uint256 id) external view returns (Edge[] memory);

    /// @notice What the work owes upstream, ppm; see `Work.stack`.
    function stackOf(uint256 id) external view returns (uint24);
}
