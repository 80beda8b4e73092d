// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title What a work is; `common/work-kind.ts` has the same numbers.
library WorkKind {
    uint8 internal constant IMAGE = 1;
    uint8 internal constant MUSIC = 2;
    uint8 internal constant TEXT = 3;
    uint8 internal constant VIDEO = 4;
    uint8 internal constant MODEL = 5;
    uint8 internal constant DATASET = 6;
    uint8 internal constant OTHER = 7;

    uint8 internal constant FIRST = IMAGE;
    uint8 internal constant LAST = OTHER;
}
