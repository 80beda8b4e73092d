// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {WorkRegistry} from "../registry/WorkRegistry.sol";

/// @title The absolute-edge ledger.
/// @notice Immutable and without roles: nobody can pause, redirect or take money that is in it. Every currency is kept apart
/// from every other, so a token that misbehaves hurts only those who accepted it.
/// @custom:invariant solvency: for each currency, what the ledger holds covers all it owes, pulled or not
/// (test/solidity/RoyaltyLedgerInvariant.t.sol).
contract RoyaltyLedger is IRoyaltyLedger, ERC2771Context, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 public constant MAX_HOPS = 32;
    uint256 public constant MAX_CLAIMS = 64;
    /// @notice Parts per million in a whole.
    uint256 public constant PPM = 1_000_000;
    uint8 private constant PURPOSE_GIFT = 0;

    WorkRegistry public immutable workRegistry;
    address private immutable _licenses;
    address private immutable _jobMarket;
    address private immutable _jobVouchers;
    address private immutable _marketplace;
    address private immutable _auctions;

    mapping(uint256 workId => mapping(address currency => Account)) private _accounts;
    /// @dev The part of the child's base that has crossed the edge, all time.
    mapping(uint256 childId => mapping(uint256 edgeIndex => mapping(address currency => uint256))) private _crossed;

    modifier onlyKnown(uint256 workId) {
        _requireKnown(workId);
        _;
    }

    constructor(Addresses memory house) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.ledger);
        workRegistry = WorkRegistry(house.works);
        _licenses = house.licenses;
        _jobMarket = house.jobMarket;
        _jobVouchers = house.jobVouchers;
        _marketplace = house.marketplace;
        _auctions = house.auctions;
    }

    /// @inheritdoc IRoyaltyLedger
    function pay(uint256 workId, address currency, uint256 amount) external payable nonReentrant onlyKnown(workId) {
        _take(_msgSender(), workId, currency, amount, PURPOSE_GIFT, 0);
    }

    /// @inheritdoc IRoyaltyLedger
    function payFrom(
        address payer,
        uint256 workId,
        address currency,
        uint256 amount,
        uint8 purpose,
        uint256 ref
    ) external payable nonReentrant onlyKnown(workId) {
        if (!isPayer(msg.sender)) revert RoyaltyLedgerNotModule(msg.sender);
        _take(payer, workId, currency, amount, purpose, ref);
    }

    /// @inheritdoc IRoyaltyLedger
    function pull(uint256 childId, uint256 edgeIndex, address currency) external returns (uint256 delta) {
        IWorkRegistry.Edge memory edge = workRegistry.edgeOf(childId, edgeIndex);
        if (edge.parent == 0) revert RoyaltyLedgerUnknownEdge(childId, edgeIndex);
        return _pull(childId, edgeIndex, edge, currency);
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
    function claim(uint256 workId, address currency) external nonReentrant onlyKnown(workId) returns (uint256 amount) {
        return _claim(workId, currency, _ownerOf(workId));
    }

    /// @inheritdoc IRoyaltyLedger
    function claimTo(
        uint256 workId,
        address currency,
        address to
    ) external nonReentrant onlyKnown(workId) returns (uint256 amount) {
        if (_msgSender() != _ownerOf(workId)) revert RoyaltyLedgerNotOwner(workId, _msgSender());
        return _claim(workId, currency, to);
    }

    /// @inheritdoc IRoyaltyLedger
    function claimMany(uint256[] calldata workIds, address currency) external nonReentrant {
        if (workIds.length > MAX_CLAIMS) revert RoyaltyLedgerTooManyClaims(workIds.length);
        for (uint256 i = 0; i < workIds.length; ++i) {
            _requireKnown(workIds[i]);
            _claim(workIds[i], currency, _ownerOf(workIds[i]));
        }
    }

    /// @inheritdoc IRoyaltyLedger
    function claimable(uint256 workId, address currency) external view onlyKnown(workId) returns (uint256) {
        return _entitlement(workId, _accounts[workId][currency]);
    }

    /// @inheritdoc IRoyaltyLedger
    function pullable(uint256 childId, uint256 edgeIndex, address currency) external view returns (uint256 delta) {
        IWorkRegistry.Edge memory edge = workRegistry.edgeOf(childId, edgeIndex);
        if (edge.parent == 0) revert RoyaltyLedgerUnknownEdge(childId, edgeIndex);
        if (!_carries(edge)) return 0;
        return _base(_accounts[childId][currency]) - _crossed[childId][edgeIndex][currency];
    }

    /// @inheritdoc IRoyaltyLedger
    function accountOf(uint256 workId, address currency) external view onlyKnown(workId) returns (Account memory) {
        return _accounts[workId][currency];
    }

    /// @inheritdoc IRoyaltyLedger
    function isPayer(address module) public view returns (bool) {
        return
            module == _licenses ||
            module == _jobMarket ||
            module == _marketplace ||
            module == _auctions ||
            module == _jobVouchers;
    }

    /// @dev Credits what arrived: the amount of a coin, the rise of the balance for a token that keeps a fee.
    function _take(
        address payer,
        uint256 workId,
        address currency,
        uint256 amount,
        uint8 purpose,
        uint256 ref
    ) private {
        uint256 expectedValue = currency == address(0) ? amount : 0;
        if (msg.value != expectedValue) revert RoyaltyLedgerWrongValue(expectedValue, msg.value);
        uint256 received = currency == address(0) ? amount : _takeToken(IERC20(currency), payer, amount);
        if (received == 0) revert RoyaltyLedgerNothingPaid();
        Account storage account = _accounts[workId][currency];
        account.direct = _toUint128(account.direct + received);
        emit Paid(workId, currency, payer, received, purpose, ref);
    }

    function _takeToken(IERC20 token, address payer, uint256 amount) private returns (uint256) {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(payer, address(this), amount);
        return token.balanceOf(address(this)) - before;
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
        Account storage parent = _accounts[edge.parent][currency];
        parent.passed = _toUint128(parent.passed + delta);
        if (earned > 0) parent.earned = _toUint128(parent.earned + earned);
        emit Pulled(childId, edge.parent, currency, delta, earned);
    }

    function _claim(uint256 workId, address currency, address to) private returns (uint256 amount) {
        Account storage account = _accounts[workId][currency];
        amount = _entitlement(workId, account);
        if (amount == 0) return 0;
        account.claimed = _toUint128(account.claimed + amount);
        emit Claimed(workId, currency, to, amount);
        if (currency == address(0)) {
            (bool sent, ) = to.call{value: amount}("");
            if (!sent) revert RoyaltyLedgerTransferFailed(to);
        } else {
            IERC20(currency).safeTransfer(to, amount);
        }
    }

    function _requireKnown(uint256 workId) private view {
        if (workId == 0 || workId > workRegistry.totalWorks()) revert RoyaltyLedgerUnknownWork(workId);
    }

    function _ownerOf(uint256 workId) private view returns (address) {
        return workRegistry.ownerOf(workId);
    }

    /// @dev What the owner is due: obligations upstream are rounded up, earnings down, so dust stays in the ledger.
    function _entitlement(uint256 workId, Account storage account) private view returns (uint256) {
        uint256 direct = account.direct;
        uint256 owed = Math.ceilDiv(direct * workRegistry.stackOf(workId), PPM);
        return direct - owed + account.earned - account.claimed;
    }

    function _base(Account storage account) private view returns (uint256) {
        return uint256(account.direct) + account.passed;
    }

    /// @dev An edge with no share to a parent with no stack carries no money. Leaving it out also bounds the number of
    /// paths that can carry one payment to an ancestor by 1e6, since each costs at least 1 ppm.
    function _carries(IWorkRegistry.Edge memory edge) private pure returns (bool) {
        return edge.share != 0 || edge.parentStack != 0;
    }

    function _floorShare(uint256 base, uint256 share) private pure returns (uint256) {
        return (base * share) / PPM;
    }

    function _toUint128(uint256 amount) private pure returns (uint128) {
        if (amount > type(uint128).max) revert RoyaltyLedgerAmountTooLarge(amount);
        return uint128(amount);
    }
}
