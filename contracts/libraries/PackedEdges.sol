// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";

/// @title A work's edges, two in a slot.
/// @dev An edge is 120 bits: parent 64, share 24, parent's stack 24, mode 8, from the low bits up.
library PackedEdges {
    /// @dev Slot i holds the edges 2i (low half) and 2i + 1 (high half).
    struct Edges {
        mapping(uint256 pair => uint256) slots;
    }

    /// @dev Only into a half that is empty: edges are set once.
    function set(Edges storage edges, uint256 index, IWorkRegistry.Edge memory edge) internal {
        uint256 bits =
            uint256(edge.parent) |
                (uint256(edge.share) << 64) |
                (uint256(edge.parentStack) << 88) |
                (uint256(edge.mode) << 112);
        edges.slots[index >> 1] |= bits << ((index & 1) << 7);
    }

    /// @dev The edge, or an empty one where there is none.
    function get(Edges storage edges, uint256 index) internal view returns (IWorkRegistry.Edge memory) {
        uint256 bits = edges.slots[index >> 1] >> ((index & 1) << 7);
        return
            IWorkRegistry.Edge({
                parent: uint64(bits),
                share: uint24(bits >> 64),
                parentStack: uint24(bits >> 88),
                mode: uint8(bits >> 112)
            });
    }
}
