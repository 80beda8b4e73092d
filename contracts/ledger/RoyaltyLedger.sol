// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";

/// @title RoyaltyLedger
/// @notice See `IRoyaltyLedger` for the rule. Immutable, without an owner: money leaves only to owners of works.
/// @dev Per (work, currency) two slots; per (edge, currency) one pointer, the part of the child's base already pulled.
contract RoyaltyLedger is IRoyaltyLedger, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 public constant PPM = 1_000_000;
    uint256 public constant MAX_HOPS = 32;
    uint256 public constant MAX_BATCH = 64;

    IWorkRegistry public immutable registry;
    address public immutable licenseToken;
    address public immutable jobMarket;

    mapping(uint256 workId => mapping(address currency => Account)) private _accounts;
    mapping(uint256 childId => mapping(uint256 edgeIndex => mapping(address currency => uint256))) private _pulled;

    constructor(IWorkRegistry registry_, address licenseToken_, address jobMarket_) {
        registry = registry_;
        licenseToken = licenseToken_;
        jobMarket = jobMarket_;
    }

    /// @inheritdoc IRoyaltyLedger
    function pay(uint256 workId, address currency, uint256 amount) external payable nonReentrant {
        _pay(msg.sender, workId, currency, amount, 0, 0);
    }

    /// @inheritdoc IRoyaltyLedger
    function payFrom(
        address payer,
        uint256 workId,
        address currency,
        uint256 amount,
        uint8 purpose,
        uint256 ref
    ) external payable nonReentrant {
        require(msg.sender == licenseToken || msg.sender == jobMarket, RoyaltyLedgerNotModule(msg.sender));
        _pay(payer, workId, currency, amount, purpose, ref);
    }

    /// @inheritdoc IRoyaltyLedger
    function pull(uint256 childId, uint256 edgeIndex, address currency) external nonReentrant returns (uint256 delta) {
        (, delta) = _pull(childId, edgeIndex, currency);
    }

    /// @inheritdoc IRoyaltyLedger
    function pullPath(uint256 leafId, uint256[] calldata edgeIndexes, address currency) external nonReentrant {
        require(edgeIndexes.length <= MAX_HOPS, RoyaltyLedgerPathTooLong(edgeIndexes.length));
        uint256 child = leafId;
        for (uint256 i = 0; i < edgeIndexes.length; ++i) {
            (child, ) = _pull(child, edgeIndexes[i], currency);
        }
    }

    /// @inheritdoc IRoyaltyLedger
    function claim(uint256 workId, address currency) external nonReentrant returns (uint256 amount) {
        return _claim(workId, currency, _ownerOf(workId));
    }

    /// @inheritdoc IRoyaltyLedger
    function claimTo(uint256 workId, address currency, address to) external nonReentrant returns (uint256 amount) {
        require(_ownerOf(workId) == msg.sender, RoyaltyLedgerNotOwner(workId, msg.sender));
        return _claim(workId, currency, to);
    }

    /// @inheritdoc IRoyaltyLedger
    function claimMany(uint256[] calldata workIds, address currency) external nonReentrant {
        require(workIds.length <= MAX_BATCH, RoyaltyLedgerPathTooLong(workIds.length));
        for (uint256 i = 0; i < workIds.length; ++i) {
            _claim(workIds[i], currency, _ownerOf(workIds[i]));
        }
    }

    /// @inheritdoc IRoyaltyLedger
    function claimable(uint256 workId, address currency) external view returns (uint256) {
        return _entitlement(workId, _accounts[workId][currency]);
    }

    /// @inheritdoc IRoyaltyLedger
    function pullable(uint256 childId, uint256 edgeIndex, address currency) external view returns (uint256 delta) {
        Account storage child = _accounts[childId][currency];
        return uint256(child.direct) + child.passed - _pulled[childId][edgeIndex][currency];
    }

    /// @inheritdoc IRoyaltyLedger
    function accountOf(uint256 workId, address currency) external view returns (Account memory) {
        return _accounts[workId][currency];
    }

    function _pay(address payer, uint256 workId, address currency, uint256 amount, uint8 purpose, uint256 ref) private {
        require(workId != 0 && workId <= registry.totalWorks(), RoyaltyLedgerUnknownWork(workId));
        uint256 received = _receive(payer, currency, amount);
        require(received > 0, RoyaltyLedgerNothingPaid());
        require(received <= type(uint96).max, RoyaltyLedgerAmountTooLarge(received));
        _accounts[workId][currency].direct += uint128(received);
        emit Paid(workId, currency, payer, received, purpose, ref);
    }

    /// @dev Takes the money and returns what arrived: a token may keep a fee.
    function _receive(address payer, address currency, uint256 amount) private returns (uint256) {
        if (currency == address(0)) {
            require(msg.value == amount, RoyaltyLedgerWrongValue(amount, msg.value));
            return amount;
        }
        require(msg.value == 0, RoyaltyLedgerWrongValue(0, msg.value));
        uint256 before = IERC20(currency).balanceOf(address(this));
        IERC20(currency).safeTransferFrom(payer, address(this), amount);
        return IERC20(currency).balanceOf(address(this)) - before;
    }

    /// @dev The base that was not pulled yet crosses the edge undiminished; the parent's own share of it is taken as a
    /// difference of cumulative floors, so that any interleaving of pulls ends in the same sums.
    function _pull(
        uint256 childId,
        uint256 edgeIndex,
        address currency
    ) private returns (uint256 parentId, uint256 delta) {
        IWorkRegistry.Edge memory edge = registry.edgeOf(childId, edgeIndex);
        parentId = edge.parent;
        require(parentId != 0, RoyaltyLedgerUnknownEdge(childId, edgeIndex));
        Account storage child = _accounts[childId][currency];
        uint256 base = uint256(child.direct) + child.passed;
        uint256 pointer = _pulled[childId][edgeIndex][currency];
        delta = base - pointer;
        if (delta == 0) return (parentId, 0);
        _pulled[childId][edgeIndex][currency] = base;

        uint256 earned = (base * edge.share) / PPM - (pointer * edge.share) / PPM;
        Account storage parent = _accounts[parentId][currency];
        parent.passed += uint128(delta);
        if (earned != 0) parent.earned += uint128(earned);
        emit Pulled(childId, parentId, currency, delta, earned);
    }

    function _claim(uint256 workId, address currency, address to) private returns (uint256 amount) {
        Account storage account = _accounts[workId][currency];
        amount = _entitlement(workId, account);
        if (amount == 0) return 0;
        account.claimed += uint128(amount);
        emit Claimed(workId, currency, to, amount);
        if (currency == address(0)) {
            // slither-disable-next-line arbitrary-send-eth
            (bool sent, ) = to.call{value: amount}("");
            require(sent, RoyaltyLedgerTransferFailed(to));
        } else {
            IERC20(currency).safeTransfer(to, amount);
        }
    }

    function _entitlement(uint256 workId, Account storage account) private view returns (uint256) {
        uint256 direct = account.direct;
        uint256 owed = (direct * registry.stackOf(workId) + PPM - 1) / PPM;
        return direct - owed + account.earned - account.claimed;
    }

    function _ownerOf(uint256 workId) private view returns (address) {
        return IERC721(address(registry)).ownerOf(workId);
    }
}
