// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title Ids counted from 1, and a pause that stops nothing but making new ones.
/// @notice A pause ends by itself after 7 days, and the next one can start 7 days after that at the earliest: no role can stop
/// a contract for good. What exists goes on during a pause: nothing that pays, settles, refunds or withdraws asks for a new id.
/// @dev Count and pause share a slot, so the check costs no read of its own.
abstract contract NewIds is AccessManaged {
    uint40 public constant PAUSE_PERIOD = 7 days;

    // With the pause and the authority one slot: more than any register will hold.
    uint48 private _count;
    uint40 private _pausedUntil;

    /// @notice New objects are refused until this block time.
    event NewIdsPaused(uint40 until);
    event NewIdsUnpaused();

    error NewIdsArePaused(uint40 until);
    /// @notice The last pause is not over for long enough.
    error NewIdsPausedTooOften(uint40 notBefore);

    /// @notice Stops new objects for 7 days. Only the authority's pausers.
    function pause() external restricted {
        // A pause lifted early counts as one that ran its time, or pausing and lifting could go on for ever.
        uint40 notBefore = _pausedUntil == 0 ? 0 : _pausedUntil + PAUSE_PERIOD;
        if (block.timestamp < notBefore) revert NewIdsPausedTooOften(notBefore);
        uint40 until = uint40(block.timestamp) + PAUSE_PERIOD;
        _pausedUntil = until;
        emit NewIdsPaused(until);
    }

    /// @notice Lifts the pause early. Only the authority's pausers.
    function unpause() external restricted {
        _pausedUntil = uint40(block.timestamp);
        emit NewIdsUnpaused();
    }

    /// @notice Block time until which new objects are refused; in the past when they are not.
    function pausedUntil() external view returns (uint40) {
        return _pausedUntil;
    }

    /// @dev The next id. Reverts during a pause.
    function _newId() internal returns (uint64 id) {
        if (block.timestamp < _pausedUntil) revert NewIdsArePaused(_pausedUntil);
        id = ++_count;
    }

    /// @dev How many ids were given out.
    function _idCount() internal view returns (uint64) {
        return _count;
    }
}
