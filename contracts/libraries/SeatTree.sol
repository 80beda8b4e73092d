// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Weights of numbered seats, and the seat at a point of their sum: a binary tree of sums of fixed depth.
/// @notice Setting a weight writes 12 sums and finding a seat reads 12, however many seats there are: a draw in proportion to
/// weight costs the same with 3 jurors as with 4,096.
library SeatTree {
    /// @dev 2 ** DEPTH seats. Node 1 is the root, the children of n are 2n and 2n + 1, seat i is node SEATS + i.
    uint256 private constant DEPTH = 12;
    uint256 internal constant SEATS = 1 << DEPTH;

    struct Tree {
        mapping(uint256 node => uint256 sum) sums;
    }

    /// @notice Sets the weight of a seat, below `SEATS`.
    function set(Tree storage tree, uint256 seat, uint256 weight) internal {
        uint256 node = SEATS + seat;
        uint256 before = tree.sums[node];
        if (before == weight) return;
        for (uint256 level = 0; level <= DEPTH; ++level) {
            tree.sums[node] = tree.sums[node] + weight - before;
            node >>= 1;
        }
    }

    /// @notice Sum of all weights.
    function total(Tree storage tree) internal view returns (uint256) {
        return tree.sums[1];
    }

    /// @notice The seat that holds `point`, counted through the seats in order; `point` must be below the total.
    function find(Tree storage tree, uint256 point) internal view returns (uint256 seat) {
        uint256 node = 1;
        for (uint256 level = 0; level < DEPTH; ++level) {
            node <<= 1;
            uint256 left = tree.sums[node];
            if (point >= left) {
                point -= left;
                ++node;
            }
        }
        return node - SEATS;
    }
}
