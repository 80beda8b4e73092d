// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @title The document of a license, made on chain, so that a license says what it is for without any server.
/// @notice Made by the license token, apart from it only because both together would be too large.
contract LicenseDocuments {
    using Strings for uint256;

    /// @notice A data URI with JSON in the shape of ERC-721's metadata.
    /// @param flags See `ILicenseToken.Terms`.
    function uriOf(
        uint256 licenseId,
        uint256 workId,
        bytes32 termsId,
        uint16 flags
    ) external pure returns (string memory) {
        bytes memory json = abi.encodePacked(
            '{"name":"License ',
            licenseId.toString(),
            " to work ",
            workId.toString(),
            '","description":"Terms ',
            uint256(termsId).toHexString(32),
            '","attributes":[{"trait_type":"work","value":',
            workId.toString(),
            '},{"trait_type":"flags","value":',
            uint256(flags).toString(),
            "}]}"
        );
        return string.concat("data:application/json;base64,", Base64.encode(json));
    }
}
