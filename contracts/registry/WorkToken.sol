// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";

/// @title ERC-721 whose owner shares a slot with the work's short facts.
/// @dev Saves a new slot (22,100 gas) for each work, and whoever needs owner and stack at once (the ledger's claims) reads one
/// slot. The base contract's own owner and balance mappings stay empty: all that reads or writes them is overridden here.
abstract contract WorkToken is ERC721, ERC2771Context {
    /// @param edgesAndFlags Low four bits: number of parents. High four: what `SUPERSEDED` and `COMMITTED` mask.
    struct Header {
        address owner;
        uint40 registeredAt;
        uint16 fingerprintHeader;
        uint24 stack;
        uint8 kind;
        uint8 edgesAndFlags;
    }

    uint8 internal constant EDGES_MASK = 0x0f;
    uint8 internal constant SUPERSEDED = 0x10;
    uint8 internal constant COMMITTED = 0x20;

    mapping(uint256 id => Header) internal _headers;
    mapping(address owner => uint256) private _balances;

    /// @inheritdoc ERC721
    function balanceOf(address owner) public view override returns (uint256) {
        if (owner == address(0)) revert ERC721InvalidOwner(address(0));
        return _balances[owner];
    }

    function _ownerOf(uint256 tokenId) internal view override returns (address) {
        return _headers[tokenId].owner;
    }

    function _increaseBalance(address account, uint128 value) internal override {
        _balances[account] += value;
    }

    /// @dev As the base contract's, with the owner in the header.
    function _update(address to, uint256 tokenId, address auth) internal virtual override returns (address from) {
        Header storage header = _headers[tokenId];
        from = header.owner;
        if (auth != address(0)) _checkAuthorized(from, auth, tokenId);
        if (from != address(0)) {
            // The approval was the old owner's.
            _approve(address(0), tokenId, address(0), false);
            _balances[from] -= 1;
        }
        if (to != address(0)) _balances[to] += 1;
        header.owner = to;
        emit Transfer(from, to, tokenId);
    }

    /// @dev The signer of a relayed call, else the caller.
    function _msgSender() internal view virtual override(Context, ERC2771Context) returns (address) {
        return ERC2771Context._msgSender();
    }

    function _msgData() internal view virtual override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
    }

    function _contextSuffixLength() internal view virtual override(Context, ERC2771Context) returns (uint256) {
        return ERC2771Context._contextSuffixLength();
    }
}
