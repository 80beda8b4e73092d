// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Bits of `ILicenseToken.Terms.flags`; `common/terms.ts` has the same.
library TermFlags {
    uint16 internal constant COMMERCIAL = 1;
    uint16 internal constant DERIVATIVES = 2;
    uint16 internal constant TRAINING = 4;
    uint16 internal constant ATTRIBUTION = 8;
    uint16 internal constant RECIPROCAL = 16;
    uint16 internal constant TRANSFERABLE = 32;

    uint16 internal constant ALL = 63;
}

/// @title Values of `ILicenseToken.Terms.exclusivity`.
library Exclusivity {
    uint8 internal constant NONE = 0;
    /// @dev One such license lives at a time; plain ones are sold beside it.
    uint8 internal constant EXCLUSIVE = 1;
    /// @dev Issued only when no license of the work lives, and nothing else is issued while it does.
    uint8 internal constant SOLE = 2;

    uint8 internal constant LAST = SOLE;
}

/// @title Values of `ILicenseToken.Terms.shareMode`, which is the mode of the edge a license makes.
library ShareMode {
    /// @dev A share of the whole payment, at any depth.
    uint8 internal constant ABSOLUTE = 0;
    /// @dev A share of the child's revenue, which then counts as paid to the parent directly.
    uint8 internal constant RELATIVE = 1;

    uint8 internal constant LAST = RELATIVE;
}
