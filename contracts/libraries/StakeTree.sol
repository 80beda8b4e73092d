// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Weights of numbered places, with their running sums in logarithmic time.
/// @notice A binary indexed tree (Fenwick, "A new data structure for cumulative frequency tables", 1994). Places run from 1 to
/// CAPACITY; a change writes, and a search reads, at most 13 slots.
library StakeTree {
    uint256 internal constant CAPACITY = 4096;

    struct Tree {
        mapping(uint256 place => uint256 sum) sums;
    }

    /// @notice Adds to a place's weight.
    function add(Tree storage tree, uint256 place, uint256 weight) internal {
        for (uint256 i = place; i <= CAPACITY; i += _lowestBit(i)) tree.sums[i] += weight;
    }

    /// @notice Takes from a place's weight.
    function subtract(Tree storage tree, uint256 place, uint256 weight) internal {
        for (uint256 i = place; i <= CAPACITY; i += _lowestBit(i)) tree.sums[i] -= weight;
    }

    /// @notice Sum of all weights.
    function total(Tree storage tree) internal view returns (uint256) {
        return tree.sums[CAPACITY];
    }

    /// @notice Sum of the weights of the places before one.
    function sumBefore(Tree storage tree, uint256 place) internal view returns (uint256 sum) {
        for (uint256 i = place - 1; i > 0; i -= _lowestBit(i)) sum += tree.sums[i];
    }

    /// @notice The place whose part of the line [0, total) a point falls in: each is as long as its weight.
    function find(Tree storage tree, uint256 point) internal view returns (uint256 place) {
        for (uint256 step = CAPACITY; step > 0; step >>= 1) {
            if (place + step > CAPACITY) continue;
            uint256 sum = tree.sums[place + step];
            if (sum > point) continue;
            place += step;
            point -= sum;
        }
        return place + 1;
    }

    function _lowestBit(uint256 value) private pure returns (uint256) {
        return value & (~value + 1);
    }
}
