// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ERC6909} from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IWorkShares} from "../interfaces/IWorkShares.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {WorkCustody} from "./WorkCustody.sol";

/// @title Equity in works.
/// @notice Immutable and without roles. A work's units are always a million, so one of them is one part per million of the owner's
/// share. Whoever gathers all of them owns the work again.
/// @dev Amounts per holder are kept times a million: a unit's part of an income is the income itself, and nothing is rounded
/// until it is paid, when the rest stays. So the sum of what is owed is what was collected, to the unit.
/// @custom:invariant per currency the balance is the sum of what holders can claim, up to less than a unit each
/// (test/solidity/WorkSharesInvariant.t.sol).
contract WorkShares is IWorkShares, ERC6909, WorkCustody {
    /// @notice Units of a work.
    uint256 public constant UNITS = 1_000_000;

    /// @param mark The work's income, all time, up to which the holder's is counted.
    /// @param owed Counted and not paid, in millionths of the currency's unit.
    struct Income {
        uint256 mark;
        uint256 owed;
    }

    IJobMarket private immutable _jobMarket;

    uint256 public totalGrants;
    mapping(uint256 workId => address[]) private _currencies;
    mapping(uint256 workId => mapping(address currency => uint256 amount)) public incomeOf;
    mapping(uint256 workId => mapping(address currency => mapping(address holder => Income))) private _incomes;
    mapping(uint256 grantId => Grant) private _grants;

    constructor(Addresses memory house) WorkCustody(house) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.workShares);
        _jobMarket = IJobMarket(house.jobMarket);
    }

    /// @inheritdoc IWorkShares
    function deposit(uint256 workId, address steward, address[] calldata currencies) external nonReentrant {
        _takeWork(workId, steward, currencies);
        for (uint256 i = 0; i < currencies.length; ++i) {
            if (!_shares(workId, currencies[i])) _addCurrency(workId, currencies[i]);
        }
        _mint(_msgSender(), workId, UNITS);
    }

    /// @inheritdoc IWorkShares
    function redeem(uint256 workId, address to) external nonReentrant {
        uint256 units = balanceOf(_msgSender(), workId);
        if (units != UNITS) revert WorkSharesNotAllUnits(workId, units);
        _burn(_msgSender(), workId, UNITS);
        emit WorkRedeemed(workId, _msgSender(), to);
        _giveWork(workId, to);
    }

    /// @inheritdoc IWorkShares
    function addCurrency(uint256 workId, address currency) external onlySteward(workId) {
        if (!_shares(workId, currency)) _addCurrency(workId, currency);
    }

    /// @inheritdoc IWorkShares
    function setSteward(uint256 workId, address steward) external {
        bool mayName = stewardOf[workId] == _msgSender() && isHeld[workId];
        if (!mayName && balanceOf(_msgSender(), workId) * 2 <= UNITS) {
            revert WorkSharesNotMajority(workId, _msgSender());
        }
        _setSteward(workId, steward);
    }

    /// @inheritdoc IWorkShares
    function setModelShare(uint256 workId, uint24 share) external onlySteward(workId) {
        _jobMarket.setModelShare(workId, share);
    }

    /// @inheritdoc IWorkShares
    function collect(uint256 workId, address currency) external nonReentrant returns (uint256 amount) {
        if (!_shares(workId, currency)) revert WorkSharesUnknownCurrency(workId, currency);
        amount = _fetch(workId, currency);
        incomeOf[workId][currency] += amount;
    }

    /// @inheritdoc IWorkShares
    function claim(uint256 workId, address currency, address holder) external nonReentrant returns (uint256 amount) {
        return _pay(workId, currency, holder, holder);
    }

    /// @inheritdoc IWorkShares
    function claimTo(uint256 workId, address currency, address to) external nonReentrant returns (uint256 amount) {
        return _pay(workId, currency, _msgSender(), to);
    }

    /// @inheritdoc IWorkShares
    function grant(
        uint256 workId,
        address beneficiary,
        uint32 units,
        uint40 start,
        uint32 cliff,
        uint32 duration
    ) external returns (uint256 grantId) {
        if (units == 0 || beneficiary == address(0) || duration == 0 || cliff > duration) revert WorkSharesBadGrant();
        grantId = ++totalGrants;
        Grant storage made = _grants[grantId];
        made.workId = uint64(workId);
        made.granter = _msgSender();
        made.beneficiary = beneficiary;
        made.units = units;
        made.start = start;
        made.cliff = cliff;
        made.duration = duration;
        emit GrantMade(grantId, workId, beneficiary, _msgSender(), units, start, cliff, duration);
        _transfer(_msgSender(), grantAccount(grantId), workId, units);
    }

    /// @inheritdoc IWorkShares
    function releaseGrant(uint256 grantId) external returns (uint256 units) {
        return _release(grantId, _existingGrant(grantId));
    }

    /// @inheritdoc IWorkShares
    function claimGrant(uint256 grantId, address currency) external nonReentrant returns (uint256 amount) {
        Grant storage made = _existingGrant(grantId);
        return _pay(made.workId, currency, grantAccount(grantId), made.beneficiary);
    }

    /// @inheritdoc IWorkShares
    function agreeToRevoke(uint256 grantId) external {
        Grant storage made = _existingGrant(grantId);
        address party = _msgSender();
        if (party != made.granter && party != made.beneficiary) revert WorkSharesNotParty(grantId, party);
        if (party == made.granter) made.granterRevokes = true;
        if (party == made.beneficiary) made.beneficiaryRevokes = true;
        emit GrantRevocationAgreed(grantId, party);
        if (!made.granterRevokes || !made.beneficiaryRevokes) return;
        _release(grantId, made);
        uint256 back = made.units - made.released;
        made.units = made.released;
        emit GrantRevoked(grantId, back);
        if (back != 0) _transfer(grantAccount(grantId), made.granter, made.workId, back);
    }

    /// @inheritdoc IWorkShares
    function currenciesOf(uint256 workId) external view returns (address[] memory) {
        return _currencies[workId];
    }

    /// @inheritdoc IWorkShares
    function claimable(uint256 workId, address currency, address holder) external view returns (uint256) {
        Income storage income = _incomes[workId][currency][holder];
        uint256 fresh = (incomeOf[workId][currency] - income.mark) * balanceOf(holder, workId);
        return (income.owed + fresh) / UNITS;
    }

    /// @inheritdoc IWorkShares
    function grantOf(uint256 grantId) external view returns (Grant memory) {
        return _existingGrant(grantId);
    }

    /// @inheritdoc IWorkShares
    function vestedOf(uint256 grantId) external view returns (uint256) {
        return _vested(_existingGrant(grantId));
    }

    /// @inheritdoc IWorkShares
    function grantAccount(uint256 grantId) public pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("WorkShares grant", grantId)))));
    }

    /// @dev Counts both sides' income at the units they hold until now, in every currency, before units move.
    function _update(address from, address to, uint256 id, uint256 amount) internal override {
        address[] storage currencies = _currencies[id];
        for (uint256 i = 0; i < currencies.length; ++i) {
            if (from != address(0)) _settle(id, currencies[i], from);
            if (to != address(0)) _settle(id, currencies[i], to);
        }
        super._update(from, to, id, amount);
    }

    function _settle(uint256 workId, address currency, address holder) private {
        uint256 income = incomeOf[workId][currency];
        Income storage counted = _incomes[workId][currency][holder];
        if (counted.mark == income) return;
        uint256 units = balanceOf(holder, workId);
        if (units != 0) counted.owed += (income - counted.mark) * units;
        counted.mark = income;
    }

    function _pay(uint256 workId, address currency, address holder, address to) private returns (uint256 amount) {
        _settle(workId, currency, holder);
        Income storage counted = _incomes[workId][currency][holder];
        amount = counted.owed / UNITS;
        if (amount == 0) return 0;
        counted.owed -= amount * UNITS;
        emit IncomeClaimed(workId, currency, holder, to, amount);
        _send(currency, to, amount);
    }

    function _release(uint256 grantId, Grant storage made) private returns (uint256 units) {
        units = _vested(made) - made.released;
        if (units == 0) return 0;
        made.released += uint32(units);
        emit GrantReleased(grantId, units);
        _transfer(grantAccount(grantId), made.beneficiary, made.workId, units);
    }

    /// @dev A revoked grant has no more units than it released.
    function _vested(Grant storage made) private view returns (uint256) {
        if (made.units == made.released) return made.units;
        uint256 start = made.start;
        if (block.timestamp < start + made.cliff) return made.released;
        uint256 passed = block.timestamp - start;
        return passed >= made.duration ? made.units : (uint256(made.units) * passed) / made.duration;
    }

    function _addCurrency(uint256 workId, address currency) private {
        address[] storage currencies = _currencies[workId];
        if (currencies.length == MAX_CURRENCIES) revert WorkCustodyTooManyCurrencies(currencies.length + 1);
        currencies.push(currency);
        emit CurrencyAdded(workId, currency);
    }

    function _shares(uint256 workId, address currency) private view returns (bool) {
        address[] storage currencies = _currencies[workId];
        for (uint256 i = 0; i < currencies.length; ++i) {
            if (currencies[i] == currency) return true;
        }
        return false;
    }

    function _existingGrant(uint256 grantId) private view returns (Grant storage found) {
        found = _grants[grantId];
        if (found.beneficiary == address(0)) revert WorkSharesUnknownGrant(grantId);
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
