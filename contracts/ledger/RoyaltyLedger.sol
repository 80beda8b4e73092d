// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {HoldsAndLiens} from "./HoldsAndLiens.sol";
import {WorkAccounts} from "./WorkAccounts.sol";

/// @title The ledger of all works' revenue.
/// @notice Immutable and without roles: nobody can pause, redirect or take money that is in it. Every currency is kept apart
/// from every other, so a token that misbehaves hurts only those who accepted it.
/// @custom:invariant I1 for each currency, what the ledger holds covers all it owes, pulled or not
/// (test/solidity/RoyaltyLedgerInvariant.t.sol).
/// @custom:invariant I2 for each currency, what came in is what went out and what is held.
contract RoyaltyLedger is HoldsAndLiens {
    using SafeERC20 for IERC20;

    /// @dev Where the cumulative parts of a split begin in a currency: what was claimed when this version of it came into force.
    struct SplitMark {
        uint128 from;
        uint16 version;
    }

    uint256 public constant MAX_CLAIMS = 64;
    uint8 private constant PURPOSE_GIFT = 0;
    uint8 private constant PURPOSE_RESALE = 6;
    /// @dev Most that one payment for ancestors adds to a base. Where a stack is a millionth, a unit paid adds a million to the base:
    /// without a bound, who pays himself in a circle could fill the accounts of works between his own.
    uint256 private constant MAX_UPSTREAM_BASE = type(uint96).max;

    address private immutable _coCreations;
    address private immutable _licenses;
    address private immutable _jobMarket;
    address private immutable _jobVouchers;
    address private immutable _marketplace;
    address private immutable _auctions;
    address private immutable _workShares;
    address private immutable _datasetPool;

    mapping(uint256 workId => mapping(address currency => SplitMark)) private _splitMarks;

    modifier onlyKnown(uint256 workId) {
        _knownOwnerAndStack(workId);
        _;
    }

    constructor(
        Addresses memory house
    ) WorkAccounts(house.works) HoldsAndLiens(house.disputes) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.ledger);
        _coCreations = house.coCreations;
        _licenses = house.licenses;
        _jobMarket = house.jobMarket;
        _jobVouchers = house.jobVouchers;
        _marketplace = house.marketplace;
        _auctions = house.auctions;
        _workShares = house.workShares;
        _datasetPool = house.datasetPool;
    }

    /// @inheritdoc IRoyaltyLedger
    function pay(uint256 workId, address currency, uint256 amount) external payable nonReentrant onlyKnown(workId) {
        _take(_msgSender(), workId, currency, amount, PURPOSE_GIFT, 0);
    }

    /// @inheritdoc IRoyaltyLedger
    function payUpstream(uint256 workId, address currency, uint256 amount) external payable nonReentrant {
        (, uint256 stack) = _knownOwnerAndStack(workId);
        _enterUpstream(_msgSender(), workId, stack, currency, _receive(_msgSender(), currency, amount), 0);
    }

    /// @inheritdoc IRoyaltyLedger
    function payWithPermit(
        uint256 workId,
        address currency,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant onlyKnown(workId) {
        address payer = _msgSender();
        // Whoever sees the permit can use it first; the allowance it gave is there all the same, or the transfer fails.
        // solhint-disable-next-line no-empty-blocks
        try IERC20Permit(currency).permit(payer, address(this), amount, deadline, v, r, s) {} catch {}
        _take(payer, workId, currency, amount, PURPOSE_GIFT, 0);
    }

    /// @inheritdoc IRoyaltyLedger
    function payWithAuthorization(
        address payer,
        uint256 workId,
        address currency,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 salt,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant onlyKnown(workId) {
        uint256 before = IERC20(currency).balanceOf(address(this));
        bytes32 nonce = keccak256(abi.encode(workId, salt));
        IERC3009(currency).receiveWithAuthorization(
            payer,
            address(this),
            amount,
            validAfter,
            validBefore,
            nonce,
            v,
            r,
            s
        );
        _enter(payer, workId, currency, IERC20(currency).balanceOf(address(this)) - before, PURPOSE_GIFT, 0);
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
        (, uint256 stack) = _knownOwnerAndStack(workId);
        if (!isPayer(msg.sender)) revert RoyaltyLedgerNotModule(msg.sender);
        uint256 received = _receive(payer, currency, amount);
        if (purpose == PURPOSE_RESALE) _enterUpstream(payer, workId, stack, currency, received, ref);
        else _enter(payer, workId, currency, received, purpose, ref);
    }

    /// @inheritdoc IRoyaltyLedger
    function claim(uint256 workId, address currency) external nonReentrant returns (uint256 amount) {
        return _claimForOwner(workId, currency);
    }

    /// @inheritdoc IRoyaltyLedger
    function claimTo(uint256 workId, address currency, address to) external nonReentrant returns (uint256 amount) {
        (address owner, uint256 stack) = _knownOwnerAndStack(workId);
        if (_msgSender() != owner) revert RoyaltyLedgerNotOwner(workId, _msgSender());
        return _claim(workId, currency, stack, to);
    }

    /// @inheritdoc IRoyaltyLedger
    function claimMany(uint256[] calldata workIds, address currency) external nonReentrant {
        if (workIds.length > MAX_CLAIMS) revert RoyaltyLedgerTooManyClaims(workIds.length);
        for (uint256 i = 0; i < workIds.length; ++i) _claimForOwner(workIds[i], currency);
    }

    /// @inheritdoc IRoyaltyLedger
    function claimSplit(
        uint256 workId,
        address currency,
        address[] calldata payees,
        uint24[] calldata ppm
    ) external nonReentrant returns (uint256 amount) {
        (, uint256 stack) = _knownOwnerAndStack(workId);
        Standing memory standing = _standings[workId];
        if (standing.splitHash == 0 || standing.splitHash != bytes28(keccak256(abi.encode(payees, ppm)))) {
            revert RoyaltyLedgerNotTheSplit(workId);
        }
        (uint256 total, uint256 claimed) = _settle(workId, currency, standing, stack);
        if (total == claimed) return 0;
        uint256 from = _splitStart(workId, currency, standing.splitVersion, claimed);
        _accounts[workId][currency].claimed = _toUint128(total);
        emit SplitClaimed(workId, currency, total);
        return _creditParts(workId, currency, payees, ppm, claimed - from, total - from);
    }

    /// @inheritdoc IRoyaltyLedger
    function setSplit(uint256 workId, bytes28 splitHash) external {
        if (msg.sender != _coCreations) revert RoyaltyLedgerNotCoCreations(msg.sender);
        Standing storage standing = _standings[workId];
        if (standing.splitHash != 0) standing.splitVersion += 1;
        standing.splitHash = splitHash;
        emit SplitSet(workId, splitHash);
    }

    /// @inheritdoc IRoyaltyLedger
    function claimable(uint256 workId, address currency) external view returns (uint256) {
        (, uint256 stack) = _knownOwnerAndStack(workId);
        Account memory account = _accounts[workId][currency];
        return _net(workId, currency, _standings[workId], _grossOf(account, stack)) - account.claimed;
    }

    /// @inheritdoc IRoyaltyLedger
    function splitOf(uint256 workId) external view returns (bytes28) {
        return _standings[workId].splitHash;
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

    function _take(
        address payer,
        uint256 workId,
        address currency,
        uint256 amount,
        uint8 purpose,
        uint256 ref
    ) private {
        _enter(payer, workId, currency, _receive(payer, currency, amount), purpose, ref);
    }

    /// @dev What arrived: the amount of a coin, the rise of the balance for a token that keeps a fee.
    function _receive(address payer, address currency, uint256 amount) private returns (uint256) {
        uint256 expectedValue = currency == address(0) ? amount : 0;
        if (msg.value != expectedValue) revert RoyaltyLedgerWrongValue(expectedValue, msg.value);
        return currency == address(0) ? amount : _takeToken(IERC20(currency), payer, amount);
    }

    function _takeToken(IERC20 token, address payer, uint256 amount) private returns (uint256) {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(payer, address(this), amount);
        return token.balanceOf(address(this)) - before;
    }

    function _enter(
        address payer,
        uint256 workId,
        address currency,
        uint256 received,
        uint8 purpose,
        uint256 ref
    ) private {
        if (received == 0) revert RoyaltyLedgerNothingPaid();
        _addDirect(workId, currency, received);
        emit Paid(workId, currency, payer, received, purpose, ref);
    }

    /// @dev All of it is the ancestors': the base grows by as much as a direct payment would, of which they are due this. Rounded
    /// down, so that the edges never carry more than what came in.
    function _enterUpstream(
        address payer,
        uint256 workId,
        uint256 stack,
        address currency,
        uint256 received,
        uint256 ref
    ) private {
        if (received == 0 || stack == 0) {
            _enter(payer, workId, currency, received, PURPOSE_RESALE, ref);
            return;
        }
        uint256 base = (received * PPM) / stack;
        uint256 rest;
        if (base > MAX_UPSTREAM_BASE) {
            base = MAX_UPSTREAM_BASE;
            rest = received - Math.ceilDiv(base * stack, PPM);
        }
        Account storage account = _accounts[workId][currency];
        account.passed = _toUint128(account.passed + base);
        emit PaidUpstream(workId, currency, payer, received - rest, base, ref);
        if (rest > 0) _enter(payer, workId, currency, rest, PURPOSE_RESALE, ref);
    }

    function _claimForOwner(uint256 workId, address currency) private returns (uint256) {
        (address owner, uint256 stack) = _knownOwnerAndStack(workId);
        if (_isCustodian(owner) && msg.sender != owner) revert RoyaltyLedgerInCustody(workId, owner);
        return _claim(workId, currency, stack, owner);
    }

    function _claim(uint256 workId, address currency, uint256 stack, address to) private returns (uint256 amount) {
        Standing memory standing = _standings[workId];
        if (standing.splitHash != 0) revert RoyaltyLedgerHasSplit(workId);
        (uint256 total, uint256 claimed) = _settle(workId, currency, standing, stack);
        amount = total - claimed;
        if (amount == 0) return 0;
        _accounts[workId][currency].claimed = _toUint128(total);
        emit Claimed(workId, currency, to, amount);
        _send(currency, to, amount);
    }

    /// @dev What the owner or the payees may have by now, and have had, all time. Liens that have not started start here.
    function _settle(
        uint256 workId,
        address currency,
        Standing memory standing,
        uint256 stack
    ) private returns (uint256 total, uint256 claimed) {
        Account memory account = _accounts[workId][currency];
        uint256 gross = _grossOf(account, stack);
        if (standing.liens > 0) _startAll(workId, currency, standing.liens, gross);
        return (_net(workId, currency, standing, gross), account.claimed);
    }

    /// @dev Differences of cumulative floors, as with pulls: calling often moves nothing from one payee to another.
    function _creditParts(
        uint256 workId,
        address currency,
        address[] calldata payees,
        uint24[] calldata ppm,
        uint256 before,
        uint256 total
    ) private returns (uint256 amount) {
        for (uint256 i = 0; i < payees.length; ++i) {
            uint256 share = ppm[i];
            uint256 part = _floorShare(total, share) - _floorShare(before, share);
            if (part == 0) continue;
            amount += part;
            _credit(payees[i], currency, part, workId);
        }
    }

    /// @dev Parts count from where this version of the split began; the first one from nothing, which needs no mark.
    function _splitStart(
        uint256 workId,
        address currency,
        uint16 version,
        uint256 claimed
    ) private returns (uint256 from) {
        SplitMark storage mark = _splitMarks[workId][currency];
        if (mark.version == version) return mark.from;
        mark.version = version;
        mark.from = uint128(claimed);
        return claimed;
    }

    /// @dev Contracts of the set that hold tokens for others: money pushed to them would be nobody's.
    function _isCustodian(address owner) private view returns (bool) {
        return owner == _marketplace || owner == _auctions || owner == _workShares || owner == _datasetPool;
    }
}
