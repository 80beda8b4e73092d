// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {EdgeMode} from "../libraries/EdgeMode.sol";

/// @title The accounts of works, and how revenue crosses the edges between them.
/// @dev Money still to cross an edge c -> p is (share + parentStack) of base(c) minus what crossed: exactly what c's obligation,
/// direct * S(c), and what c passed on, keep back for it.
/// @custom:invariant I4 any order of payments, pulls and claims ends in the same entitlements.
abstract contract WorkAccounts is IRoyaltyLedger {
    uint256 public constant MAX_HOPS = 32;
    uint256 public constant MAX_PULLS = 64;
    /// @notice Parts per million in a whole.
    uint256 public constant PPM = 1_000_000;

    /// @notice The works, their owners, edges and stacks.
    IWorkRegistry public immutable workRegistry;

    mapping(uint256 workId => mapping(address currency => Account)) internal _accounts;
    /// @dev The part of the child's base that has crossed the edge, all time.
    mapping(uint256 childId => mapping(uint256 edgeIndex => mapping(address currency => uint256))) private _crossed;

    constructor(address works) {
        workRegistry = IWorkRegistry(works);
    }

    /// @inheritdoc IRoyaltyLedger
    function pull(uint256 childId, uint256 edgeIndex, address currency) external returns (uint256 delta) {
        return _pull(childId, edgeIndex, _edgeOf(childId, edgeIndex), currency);
    }

    /// @inheritdoc IRoyaltyLedger
    function pullPath(uint256 leafId, uint256[] calldata edgeIndexes, address currency) external {
        if (edgeIndexes.length > MAX_HOPS) revert RoyaltyLedgerPathTooLong(edgeIndexes.length);
        uint256 child = leafId;
        for (uint256 hop = 0; hop < edgeIndexes.length; ++hop) {
            IWorkRegistry.Edge memory edge = workRegistry.edgeOf(child, edgeIndexes[hop]);
            if (edge.parent == 0) revert RoyaltyLedgerBrokenPath(hop);
            _pull(child, edgeIndexes[hop], edge, currency);
            child = edge.parent;
        }
    }

    /// @inheritdoc IRoyaltyLedger
    function pullMany(uint256[] calldata childIds, uint256[] calldata edgeIndexes, address currency) external {
        uint256 count = childIds.length;
        if (count > MAX_PULLS || edgeIndexes.length != count) revert RoyaltyLedgerTooManyPulls(count);
        for (uint256 i = 0; i < count; ++i) {
            _pull(childIds[i], edgeIndexes[i], _edgeOf(childIds[i], edgeIndexes[i]), currency);
        }
    }

    /// @inheritdoc IRoyaltyLedger
    function pullable(uint256 childId, uint256 edgeIndex, address currency) external view returns (uint256 delta) {
        if (!_carries(_edgeOf(childId, edgeIndex))) return 0;
        return _base(_accounts[childId][currency]) - _crossed[childId][edgeIndex][currency];
    }

    /// @inheritdoc IRoyaltyLedger
    function accountOf(uint256 workId, address currency) external view returns (Account memory) {
        _knownOwnerAndStack(workId);
        return _accounts[workId][currency];
    }

    function _addDirect(uint256 workId, address currency, uint256 amount) internal {
        Account storage account = _accounts[workId][currency];
        account.direct = _toUint128(account.direct + amount);
    }

    /// @dev One read of one slot of the registry.
    function _knownOwnerAndStack(uint256 workId) internal view returns (address owner, uint256 stack) {
        (owner, stack) = workRegistry.ownerAndStackOf(workId);
        if (owner == address(0)) revert RoyaltyLedgerUnknownWork(workId);
    }

    /// @dev What the owner is due, all time: obligations upstream are rounded up, earnings down, so dust stays in the ledger.
    function _grossOf(Account memory account, uint256 stack) internal pure returns (uint256) {
        uint256 direct = account.direct;
        return direct - Math.ceilDiv(direct * stack, PPM) + account.earned;
    }

    function _toUint128(uint256 amount) internal pure returns (uint128) {
        if (amount > type(uint128).max) revert RoyaltyLedgerAmountTooLarge(amount);
        return uint128(amount);
    }

    function _pull(
        uint256 childId,
        uint256 edgeIndex,
        IWorkRegistry.Edge memory edge,
        address currency
    ) private returns (uint256 delta) {
        if (!_carries(edge)) return 0;
        uint256 crossed = _crossed[childId][edgeIndex][currency];
        uint256 base = _base(_accounts[childId][currency]);
        delta = base - crossed;
        if (delta == 0) return 0;
        // A difference of cumulative floors: many small pulls earn what one large pull earns.
        uint256 earned = _floorShare(base, edge.share) - _floorShare(crossed, edge.share);
        _crossed[childId][edgeIndex][currency] = base;
        if (edge.mode == EdgeMode.RELATIVE) {
            if (earned > 0) _addDirect(edge.parent, currency, earned);
        } else {
            Account storage parent = _accounts[edge.parent][currency];
            parent.passed = _toUint128(parent.passed + delta);
            if (earned > 0) parent.earned = _toUint128(parent.earned + earned);
        }
        emit Pulled(childId, edge.parent, currency, delta, earned);
    }

    function _edgeOf(uint256 childId, uint256 edgeIndex) private view returns (IWorkRegistry.Edge memory edge) {
        edge = workRegistry.edgeOf(childId, edgeIndex);
        if (edge.parent == 0) revert RoyaltyLedgerUnknownEdge(childId, edgeIndex);
    }

    function _base(Account storage account) private view returns (uint256) {
        return uint256(account.direct) + account.passed;
    }

    /// @dev An edge with no share to a parent with no stack carries no money. Leaving it out also bounds the number of
    /// paths that can carry one payment to an ancestor by 1e6, since each costs at least 1 ppm.
    function _carries(IWorkRegistry.Edge memory edge) private pure returns (bool) {
        return edge.share != 0 || edge.parentStack != 0;
    }

    function _floorShare(uint256 base, uint256 share) internal pure returns (uint256) {
        return (base * share) / PPM;
    }
}
