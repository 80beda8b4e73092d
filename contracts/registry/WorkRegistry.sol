// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC4906} from "@openzeppelin/contracts/interfaces/IERC4906.sol";
import {IERC165} from "@openzeppelin/contracts/interfaces/IERC165.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {NewIds} from "../access/NewIds.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {RoyaltyReceivers} from "../ledger/RoyaltyReceivers.sol";
import {RawCid} from "../libraries/RawCid.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {WorkKind} from "../libraries/WorkKind.sol";

/// @title Register of creative works.
/// @notice Immutable: no owner, no upgrade, no pause. A work's parents and stack are fixed when it is registered, so the
/// graph has no cycle and what a work owes upstream never changes.
/// @dev ERC-2981: a resale owes its ancestors the work's stack, capped at 10 % of the price; the receiver is an address of
/// the work's own whose money anybody can sweep into the royalty ledger (see `RoyaltyReceivers`).
contract WorkRegistry is ERC721, IERC2981, IERC4906, IWorkRegistry, NewIds, ERC2771Context {
    uint256 public constant MAX_PARENTS = 8;
    /// @notice Parts per million in a whole.
    uint256 public constant PPM = 1_000_000;
    /// @notice Most that `royaltyInfo` asks of a resale, ppm.
    uint256 public constant MAX_RESALE_ROYALTY = 100_000;

    ILicenseToken public immutable licenseToken;
    RoyaltyReceivers public immutable royaltyReceivers;
    address private immutable _marketplace;

    mapping(bytes32 contentHash => uint256 id) public workByContent;
    mapping(uint256 id => Work) private _works;
    mapping(uint256 id => mapping(uint256 index => Edge)) private _edges;

    modifier onlyLicenseToken() {
        if (msg.sender != address(licenseToken)) revert WorkRegistryNotModule(msg.sender);
        _;
    }

    constructor(
        Addresses memory house
    ) ERC721("Colophon Work", "WORK") AccessManaged(house.authority) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.works);
        licenseToken = ILicenseToken(house.licenses);
        royaltyReceivers = new RoyaltyReceivers(IRoyaltyLedger(house.ledger));
        _marketplace = house.marketplace;
    }

    /// @inheritdoc IWorkRegistry
    function register(NewWork calldata work) external returns (uint256 id) {
        return _register(_msgSender(), work);
    }

    /// @inheritdoc IWorkRegistry
    function registerDerivative(NewWork calldata work, uint256[] calldata licenseIds) external returns (uint256 id) {
        return _registerDerivative(_msgSender(), work, licenseIds);
    }

    /// @inheritdoc IWorkRegistry
    function registerFor(address owner, NewWork calldata work) external returns (uint256 id) {
        bool lazyMint = msg.sender == _marketplace;
        if (!lazyMint && msg.sender != address(licenseToken)) revert WorkRegistryNotModule(msg.sender);
        id = _register(owner, work);
        // The owner signed a voucher: the market may hand this one work on to who paid, and does so in the same call.
        if (lazyMint) _approve(msg.sender, id, address(0), false);
    }

    /// @inheritdoc IWorkRegistry
    function registerDerivativeFor(
        address owner,
        NewWork calldata work,
        uint256[] calldata licenseIds
    ) external onlyLicenseToken returns (uint256 id) {
        return _registerDerivative(owner, work, licenseIds);
    }

    /// @inheritdoc IWorkRegistry
    function setMetadata(uint256 id, bytes32 metadataDigest) external {
        Work storage work = _existing(id);
        if (_msgSender() != ownerOf(id)) revert WorkRegistryNotOwner(id, _msgSender());
        if (metadataDigest == bytes32(0)) revert WorkRegistryEmptyMetadata();
        work.metadataDigest = metadataDigest;
        emit MetadataVersion(id, metadataDigest);
        emit MetadataUpdate(id);
    }

    /// @inheritdoc IWorkRegistry
    function totalWorks() external view returns (uint256) {
        return _idCount();
    }

    /// @inheritdoc IWorkRegistry
    function workOf(uint256 id) external view returns (Work memory) {
        return _existing(id);
    }

    /// @inheritdoc IWorkRegistry
    function edgeOf(uint256 id, uint256 index) external view returns (Edge memory) {
        return _edges[id][index];
    }

    /// @inheritdoc IWorkRegistry
    function edgesOf(uint256 id) external view returns (Edge[] memory edges) {
        edges = new Edge[](_existing(id).edges);
        for (uint256 i = 0; i < edges.length; ++i) edges[i] = _edges[id][i];
    }

    /// @inheritdoc IWorkRegistry
    function stackOf(uint256 id) external view returns (uint24) {
        return _existing(id).stack;
    }

    /// @inheritdoc IERC2981
    function royaltyInfo(
        uint256 tokenId,
        uint256 salePrice
    ) external view returns (address receiver, uint256 royaltyAmount) {
        uint256 share = Math.min(_existing(tokenId).stack, MAX_RESALE_ROYALTY);
        return (royaltyReceivers.receiverOf(tokenId), Math.mulDiv(salePrice, share, PPM));
    }

    /// @notice The metadata document's address: ipfs:// and the CID made from its digest.
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        return string.concat("ipfs://", RawCid.toString(_works[tokenId].metadataDigest));
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
        uint256 known = workByContent[work.contentHash];
        if (known != 0) revert WorkRegistryAlreadyRegistered(work.contentHash, known);

        id = _newId();
        workByContent[work.contentHash] = id;
        // Field by field: writing the zeros of a fresh slot would cost 2,200 gas for the provenance of every upload.
        Work storage stored = _works[id];
        stored.contentHash = work.contentHash;
        stored.fingerprint = work.fingerprint;
        stored.metadataDigest = work.metadataDigest;
        if (work.provenanceHash != bytes32(0)) stored.provenanceHash = work.provenanceHash;
        stored.registeredAt = uint40(block.timestamp);
        stored.fingerprintHeader = work.fingerprintHeader;
        stored.kind = work.kind;
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
        Work storage stored = _works[id];
        stored.edges = uint8(count);
        stored.stack = uint24(stack);
    }

    /// @dev Uses up the license and sets the edge to its work. Returns what the edge adds to the child's stack.
    function _setEdge(address owner, uint256 child, uint256 index, uint256 licenseId) private returns (uint256) {
        (uint256 parent, uint24 share) = licenseToken.useFor(licenseId, owner, child);
        for (uint256 i = 0; i < index; ++i) {
            if (_edges[child][i].parent == parent) revert WorkRegistryDuplicateParent(parent);
        }
        uint24 parentStack = _works[parent].stack;
        _edges[child][index] = Edge({parent: uint64(parent), share: share, parentStack: parentStack});
        emit EdgeSet(child, parent, licenseId, share, parentStack);
        return uint256(share) + parentStack;
    }

    function _existing(uint256 id) private view returns (Work storage work) {
        work = _works[id];
        if (work.registeredAt == 0) revert WorkRegistryUnknownWork(id);
    }

    /// @dev The signer of a relayed call, else the caller.
    function _msgSender() internal view override(Context, ERC2771Context) returns (address) {
        return ERC2771Context._msgSender();
    }

    function _msgData() internal view override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
    }

    function _contextSuffixLength() internal view override(Context, ERC2771Context) returns (uint256) {
        return ERC2771Context._contextSuffixLength();
    }
}
