// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC165} from "@openzeppelin/contracts/interfaces/IERC165.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC4906} from "@openzeppelin/contracts/interfaces/IERC4906.sol";
import {IERC721} from "@openzeppelin/contracts/interfaces/IERC721.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {NewIds} from "../access/NewIds.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {RoyaltyReceivers} from "../ledger/RoyaltyReceivers.sol";
import {EdgeMode} from "../libraries/EdgeMode.sol";
import {PackedEdges} from "../libraries/PackedEdges.sol";
import {RawCid} from "../libraries/RawCid.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {WorkKind} from "../libraries/WorkKind.sol";
import {Commitments} from "./Commitments.sol";
import {WorkToken} from "./WorkToken.sol";

/// @title Register of creative works.
/// @notice Immutable: no owner, no upgrade; a pause stops new works for a week at most. A work's parents and stack are fixed when
/// it is registered, so the graph has no cycle and what a work owes upstream never changes.
/// @dev ERC-2981: a resale owes its ancestors the work's stack, capped at 10 % of the price; the receiver is an address of
/// the work's own whose money anybody can sweep into the royalty ledger (see `RoyaltyReceivers`).
/// @custom:invariant I5 stack <= 1e6, parents have smaller ids, edges never change.
/// @custom:invariant I8 a content hash names at most one work, and that work is not superseded.
contract WorkRegistry is WorkToken, IERC2981, IERC4906, Commitments, NewIds {
    using PackedEdges for PackedEdges.Edges;

    /// @dev What does not fit beside the owner (`WorkToken.Header`).
    struct Record {
        bytes32 contentHash;
        bytes32 fingerprint;
        bytes32 metadataDigest;
        bytes32 provenanceHash;
    }

    uint256 public constant MAX_PARENTS = 8;
    /// @notice Most works in one `registerMany`.
    uint256 public constant MAX_WORKS = 32;
    /// @notice Parts per million in a whole.
    uint256 public constant PPM = 1_000_000;
    /// @notice Most that `royaltyInfo` asks of a resale, ppm.
    uint256 public constant MAX_RESALE_ROYALTY = 100_000;
    /// @notice How long a content that a ruling freed is kept for the claimant.
    uint40 public constant RESERVATION = 30 days;
    /// @dev Gas for a foreign token's `ownerOf`.
    uint256 private constant OWNER_PROBE_GAS = 50_000;

    ILicenseToken public immutable licenseToken;
    RoyaltyReceivers public immutable royaltyReceivers;
    address private immutable _marketplace;
    address private immutable _coCreations;
    address private immutable _disputes;

    /// @dev From the high bits down: claimant 160 and end 40 of a reservation, both zero unless a ruling freed the content; id 56.
    mapping(bytes32 contentHash => uint256) private _contents;
    mapping(uint256 id => Record) private _records;
    mapping(uint256 id => PackedEdges.Edges) private _edges;
    /// @dev Only of works registered from a commitment.
    mapping(uint256 id => uint40) private _priorities;
    mapping(uint256 id => ExternalToken) private _externals;

    modifier onlyDisputes() {
        if (msg.sender != _disputes) revert WorkRegistryNotModule(msg.sender);
        _;
    }

    constructor(
        Addresses memory house
    ) ERC721("Colophon Work", "WORK") AccessManaged(house.authority) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.works);
        licenseToken = ILicenseToken(house.licenses);
        royaltyReceivers = new RoyaltyReceivers(IRoyaltyLedger(house.ledger));
        _marketplace = house.marketplace;
        _coCreations = house.coCreations;
        _disputes = house.disputes;
    }

    /// @inheritdoc IWorkRegistry
    function register(NewWork calldata work) external returns (uint256 id) {
        return _register(_msgSender(), work);
    }

    /// @inheritdoc IWorkRegistry
    function registerMany(NewWork[] calldata works) external returns (uint256 firstId) {
        if (works.length > MAX_WORKS) revert WorkRegistryTooManyWorks(works.length);
        firstId = _idCount() + 1;
        for (uint256 i = 0; i < works.length; ++i) _register(_msgSender(), works[i]);
    }

    /// @inheritdoc IWorkRegistry
    function registerCommitted(
        NewWork calldata work,
        bytes32 root,
        bytes32 salt,
        bytes32[] calldata proof
    ) external returns (uint256 id) {
        uint40 time = committedAt(work.contentHash, _msgSender(), root, salt, proof);
        if (time == 0) revert WorkRegistryNotCommitted(root);
        id = _register(_msgSender(), work);
        _headers[id].edgesAndFlags |= COMMITTED;
        _priorities[id] = time;
        emit PrioritySet(id, root, time);
    }

    /// @inheritdoc IWorkRegistry
    function registerDerivative(NewWork calldata work, uint256[] calldata licenseIds) external returns (uint256 id) {
        return _registerDerivative(_msgSender(), work, licenseIds);
    }

    /// @inheritdoc IWorkRegistry
    function registerFor(address owner, NewWork calldata work) external returns (uint256 id) {
        bool lazyMint = msg.sender == _marketplace;
        if (!lazyMint) _requireLicensesOrCoCreations();
        id = _register(owner, work);
        // The owner signed a voucher: the market may hand this one work on to who paid, and does so in the same call.
        if (lazyMint) _approve(msg.sender, id, address(0), false);
    }

    /// @inheritdoc IWorkRegistry
    function registerDerivativeFor(
        address owner,
        NewWork calldata work,
        uint256[] calldata licenseIds
    ) external returns (uint256 id) {
        _requireLicensesOrCoCreations();
        return _registerDerivative(owner, work, licenseIds);
    }

    /// @inheritdoc IWorkRegistry
    function setMetadata(uint256 id, bytes32 metadataDigest) external {
        _requireOwner(id);
        if (metadataDigest == bytes32(0)) revert WorkRegistryEmptyMetadata();
        _records[id].metadataDigest = metadataDigest;
        emit MetadataVersion(id, metadataDigest);
        emit MetadataUpdate(id);
    }

    /// @inheritdoc IWorkRegistry
    function registerExternal(uint256 id, uint64 chainId, address token, uint256 tokenId) external {
        _requireOwner(id);
        _externals[id] = ExternalToken(chainId, token, tokenId);
        bool owned = chainId == block.chainid && _externalOwner(token, tokenId) == _msgSender();
        emit ExternalLinked(id, chainId, token, tokenId, owned);
    }

    /// @inheritdoc IWorkRegistry
    function showProvenance(uint256 id, Provenance calldata provenance) external {
        if (!verifyProvenance(id, provenance)) revert WorkRegistryProvenanceMismatch(id);
        emit ProvenanceShown(
            id,
            provenance.modelWork,
            provenance.operator,
            provenance.modelDigest,
            provenance.seed,
            provenance.paramsHash,
            provenance.promptCommitment,
            provenance.document
        );
    }

    /// @inheritdoc IWorkRegistry
    function clearContent(uint256 id) external onlyDisputes {
        _clearContent(id, address(0));
    }

    /// @inheritdoc IWorkRegistry
    function clearContentFor(uint256 id, address claimant) external onlyDisputes {
        _clearContent(id, claimant);
    }

    /// @inheritdoc IWorkRegistry
    function totalWorks() external view returns (uint256) {
        return _idCount();
    }

    /// @inheritdoc IWorkRegistry
    function workByContent(bytes32 contentHash) external view returns (uint256 id) {
        return uint56(_contents[contentHash]);
    }

    /// @inheritdoc IWorkRegistry
    function reservationOf(bytes32 contentHash) external view returns (address claimant, uint40 until) {
        (claimant, until) = _reservation(_contents[contentHash]);
        if (block.timestamp > until) (claimant, until) = (address(0), 0);
    }

    /// @inheritdoc IWorkRegistry
    function workOf(uint256 id) external view returns (Work memory) {
        Header storage header = _existing(id);
        Record storage record = _records[id];
        uint8 flags = header.edgesAndFlags;
        return
            Work({
                contentHash: record.contentHash,
                fingerprint: record.fingerprint,
                metadataDigest: record.metadataDigest,
                provenanceHash: record.provenanceHash,
                registeredAt: header.registeredAt,
                priorityAt: _priorityAt(id, header),
                fingerprintHeader: header.fingerprintHeader,
                kind: header.kind,
                edges: flags & EDGES_MASK,
                stack: header.stack,
                superseded: flags & SUPERSEDED != 0
            });
    }

    /// @inheritdoc IWorkRegistry
    function edgeOf(uint256 id, uint256 index) external view returns (Edge memory) {
        return _edges[id].get(index);
    }

    /// @inheritdoc IWorkRegistry
    function edgesOf(uint256 id) external view returns (Edge[] memory edges) {
        edges = new Edge[](_existing(id).edgesAndFlags & EDGES_MASK);
        for (uint256 i = 0; i < edges.length; ++i) edges[i] = _edges[id].get(i);
    }

    /// @inheritdoc IWorkRegistry
    function stackOf(uint256 id) external view returns (uint24) {
        return _existing(id).stack;
    }

    /// @inheritdoc IWorkRegistry
    function ownerAndStackOf(uint256 id) external view returns (address owner, uint24 stack) {
        Header storage header = _headers[id];
        return (header.owner, header.stack);
    }

    /// @inheritdoc IWorkRegistry
    function priorityAt(uint256 id) external view returns (uint40) {
        return _priorityAt(id, _existing(id));
    }

    /// @inheritdoc IWorkRegistry
    function proveEarlierCommit(
        uint256 id,
        address owner,
        bytes32 root,
        bytes32 salt,
        bytes32[] calldata proof
    ) external view returns (bool) {
        uint40 time = committedAt(_records[id].contentHash, owner, root, salt, proof);
        return time != 0 && time < _priorityAt(id, _existing(id));
    }

    /// @inheritdoc IWorkRegistry
    function externalOf(uint256 id) external view returns (ExternalToken memory) {
        return _externals[id];
    }

    /// @inheritdoc IERC2981
    function royaltyInfo(
        uint256 tokenId,
        uint256 salePrice
    ) external view returns (address receiver, uint256 royaltyAmount) {
        uint256 share = Math.min(_existing(tokenId).stack, MAX_RESALE_ROYALTY);
        return (royaltyReceivers.receiverOf(tokenId), Math.mulDiv(salePrice, share, PPM));
    }

    /// @inheritdoc IWorkRegistry
    function verifyProvenance(uint256 id, Provenance calldata provenance) public view returns (bool) {
        uint256 count = _existing(id).edgesAndFlags & EDGES_MASK;
        if (provenanceHashOf(provenance) != _records[id].provenanceHash) return false;
        if (provenance.modelWork != 0 && _headers[provenance.modelWork].kind != WorkKind.MODEL) return false;
        if (provenance.parents.length != count) return false;
        for (uint256 i = 0; i < count; ++i) {
            if (_edges[id].get(i).parent != provenance.parents[i]) return false;
        }
        return true;
    }

    /// @inheritdoc IWorkRegistry
    function provenanceHashOf(Provenance calldata provenance) public pure returns (bytes32) {
        return keccak256(abi.encode(provenance));
    }

    /// @notice The metadata document's address: ipfs:// and the CID made from its digest.
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        return string.concat("ipfs://", RawCid.toString(_records[tokenId].metadataDigest));
    }

    /// @inheritdoc ERC721
    function supportsInterface(bytes4 interfaceId) public view override(ERC721, IERC165) returns (bool) {
        // ERC-4906 has events only: its id is fixed by the standard.
        return
            interfaceId == bytes4(0x49064906) ||
            interfaceId == type(IERC2981).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    function _register(address owner, NewWork calldata work) private returns (uint256 id) {
        if (work.contentHash == bytes32(0)) revert WorkRegistryEmptyContentHash();
        if (work.metadataDigest == bytes32(0)) revert WorkRegistryEmptyMetadata();
        if (work.kind < WorkKind.FIRST || work.kind > WorkKind.LAST) revert WorkRegistryBadKind(work.kind);
        _requireFree(work.contentHash, owner);

        id = _newId();
        _contents[work.contentHash] = id;
        Record storage record = _records[id];
        record.contentHash = work.contentHash;
        record.fingerprint = work.fingerprint;
        record.metadataDigest = work.metadataDigest;
        // Writing the zero of a fresh slot would cost 2,200 gas for every upload.
        if (work.provenanceHash != bytes32(0)) record.provenanceHash = work.provenanceHash;
        Header storage header = _headers[id];
        header.registeredAt = uint40(block.timestamp);
        header.fingerprintHeader = work.fingerprintHeader;
        header.kind = work.kind;
        emit WorkRegistered(
            id,
            owner,
            work.contentHash,
            work.fingerprint,
            work.fingerprintHeader,
            work.kind,
            work.metadataDigest,
            work.provenanceHash
        );
        // No `_safeMint`: a callback into the owner would run before the parents are set.
        _mint(owner, id);
    }

    function _registerDerivative(
        address owner,
        NewWork calldata work,
        uint256[] calldata licenseIds
    ) private returns (uint256 id) {
        uint256 count = licenseIds.length;
        if (count == 0) revert WorkRegistryNoParents();
        if (count > MAX_PARENTS) revert WorkRegistryTooManyParents(count);
        id = _register(owner, work);
        uint256 stack;
        for (uint256 i = 0; i < count; ++i) stack += _setEdge(owner, id, i, licenseIds[i]);
        if (stack > PPM) revert WorkRegistryStackTooHigh(stack);
        Header storage header = _headers[id];
        header.edgesAndFlags = uint8(count);
        header.stack = uint24(stack);
    }

    /// @dev Uses up the license and sets the edge to its work. Returns what the edge adds to the child's stack.
    function _setEdge(address owner, uint256 child, uint256 index, uint256 licenseId) private returns (uint256) {
        (uint256 parent, uint24 share, uint8 mode) = licenseToken.useFor(licenseId, owner, child);
        if (mode > EdgeMode.RELATIVE) revert WorkRegistryBadMode(mode);
        PackedEdges.Edges storage edges = _edges[child];
        for (uint256 i = 0; i < index; ++i) {
            if (edges.get(i).parent == parent) revert WorkRegistryDuplicateParent(parent);
        }
        uint24 parentStack = mode == EdgeMode.ABSOLUTE ? _headers[parent].stack : 0;
        edges.set(index, Edge({parent: uint64(parent), share: share, parentStack: parentStack, mode: mode}));
        emit EdgeSet(child, parent, licenseId, share, parentStack, mode);
        return uint256(share) + parentStack;
    }

    function _clearContent(uint256 id, address claimant) private {
        Header storage header = _existing(id);
        if (header.edgesAndFlags & SUPERSEDED != 0) revert WorkRegistrySuperseded(id);
        header.edgesAndFlags |= SUPERSEDED;
        bytes32 contentHash = _records[id].contentHash;
        uint40 until = claimant == address(0) ? 0 : uint40(block.timestamp) + RESERVATION;
        _contents[contentHash] = (uint256(uint160(claimant)) << 96) | (uint256(until) << 56);
        emit ContentCleared(id, contentHash, claimant, until);
        emit MetadataUpdate(id);
    }

    function _requireFree(bytes32 contentHash, address owner) private view {
        uint256 content = _contents[contentHash];
        if (content == 0) return;
        (address claimant, uint40 until) = _reservation(content);
        if (claimant == address(0)) revert WorkRegistryAlreadyRegistered(contentHash, content);
        if (owner != claimant && block.timestamp <= until) revert WorkRegistryReserved(contentHash, claimant, until);
    }

    function _requireLicensesOrCoCreations() private view {
        if (msg.sender != address(licenseToken) && msg.sender != _coCreations) revert WorkRegistryNotModule(msg.sender);
    }

    function _requireOwner(uint256 id) private view {
        if (_msgSender() != _existing(id).owner) revert WorkRegistryNotOwner(id, _msgSender());
    }

    function _existing(uint256 id) private view returns (Header storage header) {
        header = _headers[id];
        if (header.owner == address(0)) revert WorkRegistryUnknownWork(id);
    }

    function _priorityAt(uint256 id, Header storage header) private view returns (uint40) {
        return header.edgesAndFlags & COMMITTED != 0 ? _priorities[id] : header.registeredAt;
    }

    /// @dev The token's owner, or zero when the token does not answer as ERC-721 asks.
    function _externalOwner(address token, uint256 tokenId) private view returns (address) {
        // solhint-disable-next-line avoid-low-level-calls
        (bool answered, bytes memory answer) = token.staticcall{gas: OWNER_PROBE_GAS}(
            abi.encodeCall(IERC721.ownerOf, (tokenId))
        );
        return answered && answer.length == 32 ? address(uint160(abi.decode(answer, (uint256)))) : address(0);
    }

    function _reservation(uint256 content) private pure returns (address claimant, uint40 until) {
        return (address(uint160(content >> 96)), uint40(content >> 56));
    }

    function _msgSender() internal view override(Context, WorkToken) returns (address) {
        return WorkToken._msgSender();
    }

    function _msgData() internal view override(Context, WorkToken) returns (bytes calldata) {
        return WorkToken._msgData();
    }

    function _contextSuffixLength() internal view override(Context, WorkToken) returns (uint256) {
        return WorkToken._contextSuffixLength();
    }
}
