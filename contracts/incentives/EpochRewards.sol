// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {IEpochRewards} from "../interfaces/IEpochRewards.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {BondedRoots} from "./BondedRoots.sol";

/// @notice What a contract of the set that credits the protocol's fees can be asked.
interface IFeeSource {
    function withdraw(address currency) external returns (uint256 amount);
}

/// @notice The job checks, which hold coin only and are told where to send it.
interface IPenaltySource {
    function withdraw(address to) external returns (uint256 amount);
}

/// @title The protocol's rewards.
/// @notice Immutable. Its one role announces formulas, two epochs ahead, and can't touch money, roots or claims.
/// @custom:invariant I14 claims never exceed what was funded; per currency the balance is what was funded and not paid out yet,
/// and in coin the bonds of open rounds (test/solidity/EpochRewardsInvariant.t.sol).
contract EpochRewards is IEpochRewards, BondedRoots, AccessManaged {
    using SafeERC20 for IERC20;

    struct Formula {
        bytes32 digest;
        uint32 fromEpoch;
    }

    uint256 public constant EPOCH = 7 days;
    uint256 public constant CHALLENGE_PERIOD = 3 days;
    /// @notice Part of a reward that is credited at once, ppm; the rest vests.
    uint256 public constant LIQUID = 500_000;
    uint256 public constant CLIFF = 4 weeks;
    uint256 public constant VESTING = 26 weeks;
    uint256 public constant MAX_TRANCHES = 64;
    uint256 private constant PPM = 1_000_000;
    uint256 private constant STREAM = 0;

    uint40 public immutable firstEpochAt;
    address private immutable _jobMarket;
    address private immutable _jobChecks;
    address private immutable _jobVouchers;
    address private immutable _marketplace;
    address private immutable _auctions;
    address private immutable _ledger;

    uint32 public lastEpoch;
    mapping(address currency => uint256) public fundedOf;
    /// @dev What is known to be here: funded and not paid out, and bonds.
    mapping(address currency => uint256) private _held;
    Formula[] private _formulas;
    mapping(address account => mapping(address currency => Tranche[])) private _tranches;

    /// @param bond What a poster and a challenger put in, wei.
    /// @param formula SHA-256 of the document of the first formula.
    constructor(
        Addresses memory house,
        uint96 bond,
        bytes32 formula
    ) BondedRoots(house, bond) ERC2771Context(house.withSig) AccessManaged(house.authority) {
        Wiring.requireSame(address(this), house.rewards);
        _jobMarket = house.jobMarket;
        _jobChecks = house.jobChecks;
        _jobVouchers = house.jobVouchers;
        _marketplace = house.marketplace;
        _auctions = house.auctions;
        _ledger = house.ledger;
        firstEpochAt = uint40(block.timestamp);
        _formulas.push(Formula(formula, 0));
        emit FormulaAnnounced(1, formula, 0);
    }

    /// @dev Counted by `sync`, or by the call that brought it.
    // solhint-disable-next-line no-empty-blocks
    receive() external payable {}

    /// @inheritdoc IEpochRewards
    function post(
        uint32 epoch,
        bytes32 root,
        bytes32 inputs,
        address[] calldata currencies,
        uint256[] calldata totals
    ) external payable returns (uint256 index) {
        if (epoch == 0 || epoch >= currentEpoch()) revert EpochRewardsNotEnded(epoch);
        if (epoch <= lastEpoch) revert EpochRewardsOldEpoch(epoch, lastEpoch);
        return _post(STREAM, root, inputs, epoch, CHALLENGE_PERIOD, currencies, totals);
    }

    /// @inheritdoc IEpochRewards
    function fund(address currency, uint256 amount) external payable nonReentrant {
        uint256 expected = currency == address(0) ? amount : 0;
        if (msg.value != expected) revert EpochRewardsWrongValue(expected, msg.value);
        if (currency != address(0)) IERC20(currency).safeTransferFrom(_msgSender(), address(this), amount);
        _count(currency, _msgSender());
    }

    /// @inheritdoc IEpochRewards
    function collect(address source, address currency) external nonReentrant returns (uint256 amount) {
        if (source == _jobChecks) {
            // Verifiers' penalties.
            IPenaltySource(source).withdraw(address(this));
            return _count(address(0), source);
        }
        bool known = source == _jobMarket || source == _jobVouchers || source == _marketplace;
        if (!known && source != _auctions && source != _ledger) revert EpochRewardsNotSource(source);
        IFeeSource(source).withdraw(currency);
        return _count(currency, source);
    }

    /// @inheritdoc IEpochRewards
    function sync(address currency) external nonReentrant returns (uint256 amount) {
        return _count(currency, address(0));
    }

    /// @inheritdoc IEpochRewards
    function release(address account, address currency, uint256[] calldata tranches) external returns (uint256 amount) {
        if (tranches.length > MAX_TRANCHES) revert EpochRewardsTooMany(tranches.length);
        for (uint256 i = 0; i < tranches.length; ++i) {
            Tranche storage tranche = _tranches[account][currency][tranches[i]];
            uint256 part = _vested(tranche) - tranche.released;
            if (part == 0) continue;
            tranche.released += uint128(part);
            amount += part;
            emit TrancheReleased(account, currency, tranches[i], part);
        }
        _credit(account, currency, amount);
    }

    /// @inheritdoc IEpochRewards
    function announceFormula(bytes32 digest) external restricted {
        if (digest == bytes32(0)) revert EpochRewardsEmptyFormula();
        uint32 from = currentEpoch() + 2;
        _formulas.push(Formula(digest, from));
        emit FormulaAnnounced(uint32(_formulas.length), digest, from);
    }

    /// @inheritdoc IEpochRewards
    function formulaOf(uint32 epoch) external view returns (uint32 version, bytes32 digest) {
        uint256 next = _formulas.length;
        while (next > 1 && _formulas[next - 1].fromEpoch > epoch) --next;
        return (uint32(next), _formulas[next - 1].digest);
    }

    /// @inheritdoc IEpochRewards
    function tranchesOf(address account, address currency) external view returns (Tranche[] memory) {
        return _tranches[account][currency];
    }

    /// @inheritdoc IEpochRewards
    function currentEpoch() public view returns (uint32) {
        return uint32((block.timestamp - firstEpochAt) / EPOCH) + 1;
    }

    /// @dev Vesting counts from the end of the epoch, so who claims late loses nothing.
    function _give(uint256, Round storage round, address account, address currency, uint256 amount) internal override {
        uint256 liquid = (amount * LIQUID) / PPM;
        _credit(account, currency, liquid);
        uint40 start = uint40(firstEpochAt + uint256(round.epoch) * EPOCH);
        Tranche[] storage tranches = _tranches[account][currency];
        emit TrancheAdded(account, currency, tranches.length, amount - liquid, start);
        tranches.push(Tranche(uint128(amount - liquid), 0, start));
    }

    /// @dev The first root of an epoch counts, and none of an earlier one after it.
    function _mayAccept(uint256, Round storage round) internal override returns (bool) {
        if (round.epoch <= lastEpoch) return false;
        lastEpoch = round.epoch;
        return true;
    }

    function _pay(address currency, address to, uint256 amount) internal override {
        _held[currency] -= amount;
        if (currency == address(0)) Address.sendValue(payable(to), amount);
        else IERC20(currency).safeTransfer(to, amount);
    }

    function _onCoinIn(uint256 amount) internal override {
        _held[address(0)] += amount;
    }

    function _onCoinOut(uint256 amount) internal override {
        _held[address(0)] -= amount;
    }

    function _fundedOf(uint256, address currency) internal view override returns (uint256) {
        return fundedOf[currency];
    }

    /// @dev What is here beyond what is known is new. A balance that shrank by itself funds nothing until it grew again.
    function _count(address currency, address source) private returns (uint256 amount) {
        uint256 balance = currency == address(0) ? address(this).balance : IERC20(currency).balanceOf(address(this));
        uint256 held = _held[currency];
        if (balance <= held) return 0;
        amount = balance - held;
        _held[currency] = balance;
        fundedOf[currency] += amount;
        // Amounts of tranches fit their fields.
        if (fundedOf[currency] > type(uint128).max) revert EpochRewardsTooMany(fundedOf[currency]);
        emit Funded(currency, source, amount, fundedOf[currency]);
    }

    function _vested(Tranche storage tranche) private view returns (uint256) {
        uint256 start = tranche.start;
        if (block.timestamp < start + CLIFF) return 0;
        uint256 passed = block.timestamp - start;
        return passed >= VESTING ? tranche.amount : (uint256(tranche.amount) * passed) / VESTING;
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
