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
