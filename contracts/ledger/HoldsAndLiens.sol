// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {AccountBalances} from "./AccountBalances.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {WorkAccounts} from "./WorkAccounts.sol";

/// @title What a dispute can do to revenue: keep back what arrives after it opened, for 45 days, and give a part of it away.
/// @notice What the owner was due before is never touched, nor what ancestors are due; nobody can hold the same money longer.
/// @dev A hold caps the gross entitlement that claims see; a lien takes its part of the gross beyond its start. The owner keeps
/// one floor of all that is left, so his part never falls when another unit comes in. Liens that an arbitrator heard come first:
/// an owner who lets a friend's dispute go unanswered gives away only what a later, heard claim leaves.
/// @custom:invariant I3 claimable never decreases except by a claim.
/// @custom:invariant I13 a hold never keeps more than what the owner is due since it began.
abstract contract HoldsAndLiens is WorkAccounts, AccountBalances {
    /// @dev One slot, zero for most works: whose the revenue is, and whether anything encumbers it.
    struct Standing {
        bytes28 splitHash;
        uint16 splitVersion;
        uint8 liens;
        bool held;
    }

    struct Hold {
        uint40 until;
        uint32 serial;
        address[] currencies;
    }

    /// @dev Gross entitlement when the hold with this serial began.
    struct HeldGross {
        uint128 gross;
        uint32 serial;
    }

    struct LienMark {
        uint128 from;
        uint120 taken;
        bool started;
    }

    uint256 public constant MAX_HELD_CURRENCIES = 8;
    uint256 public constant MAX_LIENS = 8;
    /// @notice Of them, so that those of disputes nobody answered leave room for rulings.
    uint256 public constant MAX_UNHEARD_LIENS = 4;
    uint40 public constant HOLD_PERIOD = 45 days;
    uint8 private constant PURPOSE_LIEN = 4;

    address private immutable _disputes;

    mapping(uint256 workId => Standing) internal _standings;
    mapping(uint256 workId => Hold) private _holds;
    mapping(uint256 workId => mapping(address currency => HeldGross)) private _heldGross;
    mapping(uint256 workId => Lien[]) private _liens;
    mapping(uint256 workId => mapping(uint256 index => mapping(address currency => LienMark))) private _lienMarks;

    modifier onlyDisputes() {
        if (msg.sender != _disputes) revert RoyaltyLedgerNotDisputes(msg.sender);
        _;
    }

    constructor(address disputes) {
        _disputes = disputes;
    }

    /// @inheritdoc IRoyaltyLedger
    function hold(uint256 workId, address[] calldata currencies) external onlyDisputes {
        if (currencies.length > MAX_HELD_CURRENCIES) revert RoyaltyLedgerTooManyCurrencies(currencies.length);
        if (_isHeld(workId)) revert RoyaltyLedgerAlreadyHeld(workId, _holds[workId].until);
        uint256 stack = _stackOf(workId);
        Hold storage held = _holds[workId];
        uint32 serial = ++held.serial;
        held.until = uint40(block.timestamp) + HOLD_PERIOD;
        held.currencies = currencies;
        _standings[workId].held = true;
        for (uint256 i = 0; i < currencies.length; ++i) {
            uint256 gross = _grossOf(_accounts[workId][currencies[i]], stack);
            _heldGross[workId][currencies[i]] = HeldGross(_toUint128(gross), serial);
        }
        emit Held(workId, held.until, currencies);
    }

    /// @inheritdoc IRoyaltyLedger
    function release(uint256 workId) external onlyDisputes {
        if (!_standings[workId].held) return;
        _standings[workId].held = false;
        emit Released(workId);
    }

    /// @inheritdoc IRoyaltyLedger
    function addLien(
        uint256 workId,
        uint24 ppm,
        uint256 beneficiaryWork,
        address beneficiary,
        bool heard
    ) external onlyDisputes returns (uint256 index) {
        _knownOwnerAndStack(workId);
        if (beneficiaryWork != 0) _knownOwnerAndStack(beneficiaryWork);
        if (ppm == 0 || beneficiaryWork == workId || (beneficiaryWork == 0 && beneficiary == address(0))) {
            revert RoyaltyLedgerBadLien(workId);
        }
        index = _liens[workId].length;
        _requireRoomForLien(workId, index, ppm, heard);
        _liens[workId].push(Lien(ppm, uint64(beneficiaryWork), beneficiary, heard));
        _standings[workId].liens = uint8(index + 1);
        emit LienAdded(workId, index, ppm, beneficiaryWork, beneficiary, heard);
        if (!_isHeld(workId)) return index;
        address[] storage currencies = _holds[workId].currencies;
        for (uint256 i = 0; i < currencies.length; ++i) {
            _start(workId, index, currencies[i], _heldGross[workId][currencies[i]].gross);
        }
    }

    /// @inheritdoc IRoyaltyLedger
    function touch(uint256 workId, address currency) external {
        _startAll(workId, currency, _standings[workId].liens, _grossNow(workId, currency));
    }

    /// @inheritdoc IRoyaltyLedger
    function settleLien(uint256 workId, uint256 index, address currency) external returns (uint256 amount) {
        if (index >= _liens[workId].length) revert RoyaltyLedgerUnknownLien(workId, index);
        uint256 gross = _grossNow(workId, currency);
        _start(workId, index, currency, gross);
        amount = _lienDue(workId, index, currency, gross);
        if (amount == 0) return 0;
        LienMark storage mark = _lienMarks[workId][index][currency];
        uint256 taken = mark.taken + amount;
        if (taken > type(uint120).max) revert RoyaltyLedgerAmountTooLarge(taken);
        mark.taken = uint120(taken);
        emit LienSettled(workId, index, currency, amount);
        Lien memory lien = _liens[workId][index];
        if (lien.beneficiaryWork == 0) {
            _credit(lien.beneficiary, currency, amount, workId);
        } else {
            _addDirect(lien.beneficiaryWork, currency, amount);
            emit Paid(lien.beneficiaryWork, currency, address(this), amount, PURPOSE_LIEN, workId);
        }
    }

    /// @inheritdoc IRoyaltyLedger
    function heldUntil(uint256 workId) external view returns (uint40) {
        return _isHeld(workId) ? _holds[workId].until : 0;
    }

    /// @inheritdoc IRoyaltyLedger
    function heldAmount(uint256 workId, address currency) external view returns (uint256) {
        uint256 gross = _grossNow(workId, currency);
        Standing memory standing = _standings[workId];
        uint256 claimableNow = _net(workId, currency, standing, gross);
        standing.held = false;
        return _net(workId, currency, standing, gross) - claimableNow;
    }

    /// @inheritdoc IRoyaltyLedger
    function liensOf(uint256 workId) external view returns (Lien[] memory) {
        return _liens[workId];
    }

    /// @inheritdoc IRoyaltyLedger
    function lienDue(uint256 workId, uint256 index, address currency) external view returns (uint256) {
        if (index >= _liens[workId].length) revert RoyaltyLedgerUnknownLien(workId, index);
        return _lienDue(workId, index, currency, _grossNow(workId, currency));
    }

    /// @dev Starts those liens that have not started in the currency yet.
    function _startAll(uint256 workId, address currency, uint256 count, uint256 gross) internal {
        for (uint256 i = 0; i < count; ++i) _start(workId, i, currency, gross);
    }

    /// @dev What the owner, or the payees, may have claimed by now, all time.
    function _net(
        uint256 workId,
        address currency,
        Standing memory standing,
        uint256 gross
    ) internal view returns (uint256) {
        if (standing.held && _isHeld(workId)) gross = _beforeHold(workId, currency, gross);
        if (standing.liens == 0) return gross;
        uint256 kept = gross * PPM;
        uint256[] memory parts = _parts(workId, currency, gross);
        for (uint256 i = 0; i < parts.length; ++i) kept -= parts[i];
        return kept / PPM;
    }

    /// @dev What of the gross had arrived when the hold that lasts now began; all of it in a currency that is not held.
    function _beforeHold(uint256 workId, address currency, uint256 gross) private view returns (uint256) {
        HeldGross memory held = _heldGross[workId][currency];
        return held.serial == _holds[workId].serial && held.gross < gross ? held.gross : gross;
    }

    /// @dev What each lien takes of the gross, in ppm of a unit. Between two starts the rates stay the same: first the liens that
    /// were heard take theirs, then the others, older before newer, of what is left.
    function _parts(uint256 workId, address currency, uint256 gross) private view returns (uint256[] memory parts) {
        Lien[] memory liens = _liens[workId];
        uint256 count = liens.length;
        LienMark[] memory marks = new LienMark[](count);
        for (uint256 i = 0; i < count; ++i) marks[i] = _lienMarks[workId][i][currency];
        parts = new uint256[](count);
        uint256 next;
        for (uint256 begin = 0; begin < gross; begin = next) {
            next = gross;
            for (uint256 i = 0; i < count; ++i) {
                if (marks[i].started && marks[i].from > begin) next = Math.min(next, marks[i].from);
            }
            uint256 left = PPM;
            for (uint256 turn = 0; turn < 2; ++turn) {
                for (uint256 i = 0; i < count; ++i) {
                    if (liens[i].heard != (turn == 0) || !marks[i].started || marks[i].from > begin) continue;
                    uint256 rate = Math.min(left, liens[i].ppm);
                    left -= rate;
                    parts[i] += (next - begin) * rate;
                }
            }
        }
    }

    /// @dev The parts of either kind sum to at most the whole.
    function _requireRoomForLien(uint256 workId, uint256 count, uint256 sum, bool heard) private view {
        Lien[] storage liens = _liens[workId];
        uint256 alike;
        for (uint256 i = 0; i < count; ++i) {
            if (liens[i].heard != heard) continue;
            sum += liens[i].ppm;
            ++alike;
        }
        if (count == MAX_LIENS || (!heard && alike == MAX_UNHEARD_LIENS)) revert RoyaltyLedgerTooManyLiens(workId);
        if (sum > PPM) revert RoyaltyLedgerBadLien(workId);
    }

    function _start(uint256 workId, uint256 index, address currency, uint256 gross) private {
        LienMark storage mark = _lienMarks[workId][index][currency];
        if (mark.started) return;
        mark.started = true;
        mark.from = _toUint128(gross);
        emit LienStarted(workId, index, currency, gross);
    }

    function _isHeld(uint256 workId) private view returns (bool) {
        return _standings[workId].held && block.timestamp <= _holds[workId].until;
    }

    /// @dev A hold keeps what arrived since from liens that were not heard too: the ruling it waits for may come before them.
    function _lienDue(uint256 workId, uint256 index, address currency, uint256 gross) private view returns (uint256) {
        if (!_liens[workId][index].heard && _isHeld(workId)) gross = _beforeHold(workId, currency, gross);
        return _parts(workId, currency, gross)[index] / PPM - _lienMarks[workId][index][currency].taken;
    }

    function _grossNow(uint256 workId, address currency) private view returns (uint256) {
        return _grossOf(_accounts[workId][currency], _stackOf(workId));
    }

    function _stackOf(uint256 workId) private view returns (uint256 stack) {
        (, stack) = _knownOwnerAndStack(workId);
    }
}
