// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Bits of `ILicenseToken.Terms.territories`: the sub-regions of the United Nations' standard M49, and the rest.
/// @dev Each bit's M49 code is in its comment (https://unstats.un.org/unsd/methodology/m49/). Mask 0 means everywhere.
library Territories {
    uint32 internal constant NORTHERN_AFRICA = 1 << 0; // 015
    uint32 internal constant EASTERN_AFRICA = 1 << 1; // 014
    uint32 internal constant MIDDLE_AFRICA = 1 << 2; // 017
    uint32 internal constant SOUTHERN_AFRICA = 1 << 3; // 018
    uint32 internal constant WESTERN_AFRICA = 1 << 4; // 011
    uint32 internal constant CARIBBEAN = 1 << 5; // 029
    uint32 internal constant CENTRAL_AMERICA = 1 << 6; // 013
    uint32 internal constant SOUTH_AMERICA = 1 << 7; // 005
    uint32 internal constant NORTHERN_AMERICA = 1 << 8; // 021
    uint32 internal constant CENTRAL_ASIA = 1 << 9; // 143
    uint32 internal constant EASTERN_ASIA = 1 << 10; // 030
    uint32 internal constant SOUTH_EASTERN_ASIA = 1 << 11; // 035
    uint32 internal constant SOUTHERN_ASIA = 1 << 12; // 034
    uint32 internal constant WESTERN_ASIA = 1 << 13; // 145
    uint32 internal constant EASTERN_EUROPE = 1 << 14; // 151
    uint32 internal constant NORTHERN_EUROPE = 1 << 15; // 154
    uint32 internal constant SOUTHERN_EUROPE = 1 << 16; // 039
    uint32 internal constant WESTERN_EUROPE = 1 << 17; // 155
    uint32 internal constant AUSTRALIA_AND_NEW_ZEALAND = 1 << 18; // 053
    uint32 internal constant MELANESIA = 1 << 19; // 054
    uint32 internal constant MICRONESIA = 1 << 20; // 057
    uint32 internal constant POLYNESIA = 1 << 21; // 061
    /// @dev Antarctica (010), the high seas, space.
    uint32 internal constant ELSEWHERE = 1 << 22;

    uint32 internal constant ALL = (1 << 23) - 1;
}

/// @title Bits of `ILicenseToken.Terms.channels`: by what means the work may be shown. Mask 0 means every channel.
library Channels {
    uint16 internal constant WEB = 1 << 0;
    uint16 internal constant SOCIAL = 1 << 1;
    uint16 internal constant PRINT = 1 << 2;
    uint16 internal constant ADVERTISING = 1 << 3;
    uint16 internal constant BROADCAST = 1 << 4;
    uint16 internal constant FILM = 1 << 5;
    uint16 internal constant GAMES = 1 << 6;
    uint16 internal constant MUSIC = 1 << 7;
    uint16 internal constant STAGE = 1 << 8;
    uint16 internal constant MERCHANDISE = 1 << 9;
    uint16 internal constant EDUCATION = 1 << 10;
    uint16 internal constant INTERNAL = 1 << 11;

    uint16 internal constant ALL = (1 << 12) - 1;
}
