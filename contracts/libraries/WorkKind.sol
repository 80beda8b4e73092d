// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice What a work is; the same numbers as `common/work-kind.ts`.
library WorkKind {
    uint8 internal constant IMAGE = 1;
    uint8 internal constant MUSIC = 2;
    uint8 internal constant TEXT = 3;
    uint8 internal constant VIDEO = 4;
    uint8 internal constant MODEL = 5;
    uint8 internal constant DATASET_POOL = 6;
    uint8 internal constant OTHER = 7;

    uint8 internal constant FIRST = IMAGE;
    uint8 internal constant LAST = OTHER;
}
