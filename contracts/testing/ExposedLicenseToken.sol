// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {TermFlags} from "../libraries/TermFlags.sol";
import {Addresses} from "../libraries/Wiring.sol";
import {LicenseToken} from "../licensing/LicenseToken.sol";

/// @title The license token with minting and burning laid open, so that a third party's ERC-721 behavior suite can drive it.
/// @dev A minted token gets the record of a transferable license, which real ones get by a sale. Never deployed but in tests;
/// deploy it where `house.licenses` says.
contract ExposedLicenseToken is LicenseToken {
    constructor(Addresses memory house) LicenseToken(house) {}

    // solhint-disable func-name-mixedcase
    function $_mint(address to, uint256 tokenId) external {
        _record(tokenId);
        _mint(to, tokenId);
    }

    function $_safeMint(address to, uint256 tokenId) external {
        _record(tokenId);
        _safeMint(to, tokenId);
    }

    function $_safeMint(address to, uint256 tokenId, bytes calldata data) external {
        _record(tokenId);
        _safeMint(to, tokenId, data);
    }

    function $_burn(uint256 tokenId) external {
        _burn(tokenId);
    }
    // solhint-enable func-name-mixedcase

    function _record(uint256 tokenId) private {
        StoredLicense storage license = _licenses[tokenId];
        license.issuedAt = uint40(block.timestamp);
        license.flags = TermFlags.TRANSFERABLE;
    }
}
