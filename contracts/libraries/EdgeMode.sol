// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title How a derivative's revenue crosses an edge to its parent; given by the license, fixed at registration.
library EdgeMode {
    /// @dev The parent gets its share, and so does each of its ancestors, of the whole of the child's revenue: no work between
    /// can dilute them.
    uint8 internal constant ABSOLUTE = 0;
    /// @dev The parent gets its share as if it had been paid itself; its ancestors get their shares of that only.
    uint8 internal constant RELATIVE = 1;
}
