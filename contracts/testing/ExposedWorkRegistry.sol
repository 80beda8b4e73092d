// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Addresses} from "../libraries/Wiring.sol";
import {WorkRegistry} from "../registry/WorkRegistry.sol";

/// @title The registry with minting and burning open to anybody, so that behavior suites of others can be run against it.
/// @dev Tests only. The functions have the names that such suites call the internal ones by.
contract ExposedWorkRegistry is WorkRegistry {
    constructor(Addresses memory house) WorkRegistry(house) {}

    function $_mint(address to, uint256 tokenId) external {
        _mint(to, tokenId);
    }

    function $_safeMint(address to, uint256 tokenId) external {
        _safeMint(to, tokenId);
    }

    function $_safeMint(address to, uint256 tokenId, bytes calldata data) external {
        _safeMint(to, tokenId, data);
    }

    function $_burn(uint256 tokenId) external {
        _burn(tokenId);
    }

    function $_transfer(address from, address to, uint256 tokenId) external {
        _transfer(from, to, tokenId);
    }

    function $_safeTransfer(address from, address to, uint256 tokenId) external {
        _safeTransfer(from, to, tokenId);
    }

    function $_safeTransfer(address from, address to, uint256 tokenId, bytes calldata data) external {
        _safeTransfer(from, to, tokenId, data);
    }

    function $_approve(address to, uint256 tokenId, address auth) external {
        _approve(to, tokenId, auth);
    }

    function $_increaseBalance(address account, uint128 value) external {
        _increaseBalance(account, value);
    }
}
