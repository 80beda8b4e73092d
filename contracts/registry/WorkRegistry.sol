// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC4906} from "@openzeppelin/contracts/interfaces/IERC4906.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {RawCid} from "../libraries/RawCid.sol";
import {WorkKind} from "../libraries/WorkKind.sol";

/// @title WorkRegistry
/// @notice See `IWorkRegistry`. Immutable, without an owner: nobody can change or remove a work.
contract WorkRegistry is ERC721, IERC2981, IERC4906, IWorkRegistry {
    uint256 public constant MAX_PARENTS = 8;
    uint256 public constant PPM = 1_000_000;
    /// @dev Royalty that ERC-2981 suggests to foreign markets for the work itself, before what it owes upstream.
    uint256 public constant SECONDARY_SHARE = 50_000;

    ILicenseToken public immutable licenseToken;
    address public immutable royaltyLedger;

    uint256 public totalWorks;
    mapping(bytes32 contentHash => uint256 id) public workByContent;
    mapping(uint256 id => Work) private _works;
    mapping(uint256 id => mapping(uint256 index => Edge)) private _edges;

    constructor(ILicenseToken licenseToken_, address royaltyLedger_) ERC721("Colophon Work", "WORK") {
        licenseToken = licenseToken_;
        royaltyLedger = royaltyLedger_;
    }

    modifier onlyLicenseToken() {
        require(msg.sender == address(licenseToken), WorkRegistryNotModule(msg.sender));
        _;
    }

    /// @inheritdoc IWorkRegistry
    function register(NewWork calldata work) external returns (uint256 id) {
        return _register(msg.sender, work);
    }

    /// @inheritdoc IWorkRegistry
    function registerDerivative(NewWork calldata work, uint256[] calldata licenseIds) external returns (uint256 id) {
        return _registerDerivative(msg.sender, work, licenseIds);
    }

    /// @inheritdoc IWorkRegistry
    function registerFor(address owner, NewWork calldata work) external onlyLicenseToken returns (uint256 id) {
        return _register(owner, work);
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
        require(ownerOf(id) == msg.sender, WorkRegistryNotOwner(id, msg.sender));
        require(metadataDigest != 0, WorkRegistryEmptyMetadata());
        _works[id].metadataDigest = metadataDigest;
        emit MetadataVersion(id, metadataDigest);
        emit MetadataUpdate(id);
    }

    /// @inheritdoc IWorkRegistry
    function workOf(uint256 id) external view returns (Work memory) {
        _requireWork(id);
        return _works[id];
    }

    /// @inheritdoc IWorkRegistry
    function edgeOf(uint256 id, uint256 index) external view returns (Edge memory) {
        return _edges[id][index];
    }

    /// @inheritdoc IWorkRegistry
    function edgesOf(uint256 id) external view returns (Edge[] memory edges) {
        _requireWork(id);
        uint256 count = _works[id].edges;
        edges = new Edge[](count);
        for (uint256 i = 0; i < count; ++i) {
            edges[i] = _edges[id][i];
        }
    }

    /// @inheritdoc IWorkRegistry
    function stackOf(uint256 id) external view returns (uint24) {
        return _works[id].stack;
    }

    /// @notice `ipfs://` and the CIDv1 of the metadata document.
    function tokenURI(uint256 id) public view override returns (string memory) {
        _requireOwned(id);
        return RawCid.uri(_works[id].metadataDigest);
    }

    /// @inheritdoc IERC2981
    /// @dev Sales on foreign markets pay the ledger the author's share and what the work owes upstream.
    function royaltyInfo(uint256 id, uint256 salePrice) external view returns (address receiver, uint256 amount) {
        uint256 share = SECONDARY_SHARE + _works[id].stack;
        if (share > PPM) share = PPM;
        return (royaltyLedger, (salePrice * share) / PPM);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC721, IERC165) returns (bool) {
        return
            interfaceId == type(IERC2981).interfaceId ||
            interfaceId == bytes4(0x49064906) ||
            super.supportsInterface(interfaceId);
    }

    function _register(address owner, NewWork calldata work) private returns (uint256 id) {
        id = _create(owner, work);
        _emitRegistered(id, owner, work);
        _mint(owner, id);
    }

    function _registerDerivative(
        address owner,
        NewWork calldata work,
        uint256[] calldata licenseIds
    ) private returns (uint256 id) {
        require(licenseIds.length > 0, WorkRegistryNoParents());
        require(licenseIds.length <= MAX_PARENTS, WorkRegistryTooManyParents(licenseIds.length));
        id = _create(owner, work);
        _emitRegistered(id, owner, work);
        uint256 stack = 0;
        for (uint256 i = 0; i < licenseIds.length; ++i) {
            stack += _setEdge(id, i, owner, licenseIds[i]);
        }
        require(stack <= PPM, WorkRegistryStackTooHigh(stack));
        Work storage stored = _works[id];
        stored.edges = uint8(licenseIds.length);
        stored.stack = uint24(stack);
        _mint(owner, id);
    }

    /// @dev Uses up one license and stores the edge to its work; returns what the edge adds to the child's stack.
    function _setEdge(uint256 id, uint256 index, address owner, uint256 licenseId) private returns (uint256) {
        (uint256 parent, uint24 share) = licenseToken.useFor(licenseId, owner, id);
        for (uint256 i = 0; i < index; ++i) {
            require(_edges[id][i].parent != parent, WorkRegistryDuplicateParent(parent));
        }
        uint24 parentStack = _works[parent].stack;
        _edges[id][index] = Edge({parent: uint64(parent), share: share, parentStack: parentStack});
        emit EdgeSet(id, parent, licenseId, share, parentStack);
        return uint256(share) + parentStack;
    }

    function _create(address, NewWork calldata work) private returns (uint256 id) {
        require(work.contentHash != 0, WorkRegistryEmptyContentHash());
        require(work.metadataDigest != 0, WorkRegistryEmptyMetadata());
        require(work.kind >= WorkKind.FIRST && work.kind <= WorkKind.LAST, WorkRegistryBadKind(work.kind));
        uint256 known = workByContent[work.contentHash];
        require(known == 0, WorkRegistryAlreadyRegistered(work.contentHash, known));
        id = ++totalWorks;
        workByContent[work.contentHash] = id;
        Work storage stored = _works[id];
        stored.contentHash = work.contentHash;
        stored.fingerprint = work.fingerprint;
        stored.metadataDigest = work.metadataDigest;
        if (work.provenanceHash != 0) stored.provenanceHash = work.provenanceHash;
        stored.registeredAt = uint40(block.timestamp);
        stored.fingerprintHeader = work.fingerprintHeader;
        stored.kind = work.kind;
    }

    function _emitRegistered(uint256 id, address owner, NewWork calldata work) private {
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
    }

    function _requireWork(uint256 id) private view {
        require(id != 0 && id <= totalWorks, WorkRegistryUnknownWork(id));
    }
}
