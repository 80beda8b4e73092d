// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IMarketplace} from "../interfaces/IMarketplace.sol";
import {Settlement} from "./Settlement.sol";

/// @title What makers sign, and how they take it back.
/// @notice A tree of orders is itself EIP-712 data (nested arrays of two), so a wallet can show every order in it. Its type
/// holds the height, so a proof that is longer or shorter is one for another message.
/// @custom:invariant I12 a signature is usable once, on one chain, one contract, one action.
abstract contract SignedOrders is IMarketplace, Settlement, EIP712 {
    uint256 private constant MAX_TREE_HEIGHT = 10;
    uint256 private constant MAX_CANCELS = 64;

    string private constant NEW_WORK =
        "NewWork(bytes32 contentHash,bytes32 fingerprint,bytes32 metadataDigest,bytes32 provenanceHash,"
        "uint16 fingerprintHeader,uint8 kind)";
    string private constant VOUCHER =
        "Voucher(NewWork work,address creator,address buyer,address currency,uint96 price,uint24 maxFee,"
        "address referrer,uint24 referrerFee,uint40 deadline,uint256 counter,uint256 nonce)";

    /// @dev Of a struct that is no order, beside the four kinds of order.
    uint8 internal constant VOUCHER_KIND = 4;

    bytes32 private immutable LISTING_TYPEHASH;
    bytes32 private immutable TOKEN_OFFER_TYPEHASH;
    bytes32 private immutable COLLECTION_OFFER_TYPEHASH;
    bytes32 private immutable TRAIT_OFFER_TYPEHASH;
    bytes32 private constant NEW_WORK_TYPEHASH = keccak256(bytes(NEW_WORK));
    bytes32 private immutable VOUCHER_TYPEHASH;

    mapping(address maker => uint256 counter) public counterOf;
    mapping(address maker => mapping(uint256 word => uint256 bits)) private _usedNonces;

    constructor() EIP712("Colophon Marketplace", "1") {
        LISTING_TYPEHASH = _typehashOf(Kind.Listing);
        TOKEN_OFFER_TYPEHASH = _typehashOf(Kind.TokenOffer);
        COLLECTION_OFFER_TYPEHASH = _typehashOf(Kind.CollectionOffer);
        TRAIT_OFFER_TYPEHASH = _typehashOf(Kind.TraitOffer);
        VOUCHER_TYPEHASH = keccak256(bytes(string.concat(VOUCHER, NEW_WORK)));
    }

    /// @inheritdoc IMarketplace
    function cancelOrder(uint256 nonce) external {
        _cancel(_msgSender(), nonce);
    }

    /// @inheritdoc IMarketplace
    function cancelOrders(uint256[] calldata nonces) external {
        if (nonces.length > MAX_CANCELS) revert MarketplaceTooMany(nonces.length);
        for (uint256 i = 0; i < nonces.length; ++i) _cancel(_msgSender(), nonces[i]);
    }

    /// @inheritdoc IMarketplace
    function cancelAll() external returns (uint256 counter) {
        // The next counter can't be foreseen, so nobody can be talked into signing for it today.
        counter = counterOf[_msgSender()] + 1 + (uint256(blockhash(block.number - 1)) >> 128);
        counterOf[_msgSender()] = counter;
        emit AllCancelled(_msgSender(), counter);
    }

    /// @inheritdoc IMarketplace
    function nonceUsed(address maker, uint256 nonce) external view returns (bool) {
        return _usedNonces[maker][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    /// @inheritdoc IMarketplace
    function hashOf(Kind kind, Order calldata order) external view returns (bytes32) {
        return _hashOf(kind, order);
    }

    function _useNonce(address maker, uint256 nonce) internal {
        uint256 bit = 1 << (nonce & 0xff);
        uint256 word = _usedNonces[maker][nonce >> 8];
        if (word & bit != 0) revert MarketplaceNonceUsed(maker, nonce);
        _usedNonces[maker][nonce >> 8] = word | bit;
    }

    /// @dev That `maker` signed the struct, alone or in a tree of its kind (`Kind`, or VOUCHER_KIND).
    function _requireSigned(address maker, bytes32 structHash, Signature calldata signature, uint8 kind) internal view {
        uint256 height = signature.proof.length;
        bytes32 digest = _hashTypedDataV4(height == 0 ? structHash : _treeHash(structHash, signature, kind));
        // A key's own signature first: most makers have one, and looking for their code would cost 2,600 gas. It also lets an
        // account that delegates to code (EIP-7702) sign as before.
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature.signature);
        if (failure == ECDSA.RecoverError.NoError && signer == maker) return;
        if (!SignatureChecker.isValidERC1271SignatureNowCalldata(maker, digest, signature.signature)) {
            revert MarketplaceBadSignature(maker);
        }
    }

    function _requireCounter(address maker, uint256 counter) internal view {
        uint256 current = counterOf[maker];
        if (counter != current) revert MarketplaceOldCounter(counter, current);
    }

    function _hashOf(Kind kind, Order calldata order) internal view returns (bytes32) {
        bytes32 typehash =
            kind == Kind.Listing
                ? LISTING_TYPEHASH
                : kind == Kind.TokenOffer
                    ? TOKEN_OFFER_TYPEHASH
                    : kind == Kind.CollectionOffer
                        ? COLLECTION_OFFER_TYPEHASH
                        : TRAIT_OFFER_TYPEHASH;
        return keccak256(abi.encode(typehash, order));
    }

    function _hashOfVoucher(Voucher calldata voucher) internal view returns (bytes32) {
        bytes32 work = keccak256(abi.encode(NEW_WORK_TYPEHASH, voucher.work));
        return
            keccak256(
                bytes.concat(
                    abi.encode(
                        VOUCHER_TYPEHASH,
                        work,
                        voucher.creator,
                        voucher.buyer,
                        voucher.currency,
                        voucher.price,
                        voucher.maxFee
                    ),
                    abi.encode(voucher.referrer, voucher.referrerFee, voucher.deadline, voucher.counter, voucher.nonce)
                )
            );
    }

    function _cancel(address maker, uint256 nonce) private {
        _useNonce(maker, nonce);
        emit OrderCancelled(maker, nonce);
    }

    /// @dev Struct hash of `BulkListing(Listing[2]...[2] tree)` and its like: pairs are not sorted, as in EIP-712 arrays.
    function _treeHash(bytes32 leaf, Signature calldata signature, uint8 kind) private pure returns (bytes32) {
        uint256 height = signature.proof.length;
        if (height > MAX_TREE_HEIGHT) revert MarketplaceTreeTooHigh(height);
        if (signature.index >> height != 0) revert MarketplaceBadIndex(signature.index);
        bytes32 node = leaf;
        for (uint256 i = 0; i < height; ++i) {
            bytes32 sibling = signature.proof[i];
            bool onTheRight = (signature.index >> i) & 1 == 0;
            node = onTheRight ? Hashes.efficientKeccak256(node, sibling) : Hashes.efficientKeccak256(sibling, node);
        }
        (string memory name, string memory types) = _typeOf(kind);
        bytes memory brackets;
        for (uint256 i = 0; i < height; ++i) brackets = bytes.concat(brackets, "[2]");
        bytes32 typehash = keccak256(
            bytes.concat("Bulk", bytes(name), "(", bytes(name), brackets, " tree)", bytes(types))
        );
        return Hashes.efficientKeccak256(typehash, node);
    }

    function _typehashOf(Kind kind) private pure returns (bytes32) {
        (, string memory types) = _typeOf(uint8(kind));
        return keccak256(bytes(types));
    }

    /// @dev A struct's name, and its encoded type with all it refers to in alphabetical order. The kinds of order differ in
    /// their name and in what their item is called, so that a wallet shows what is signed.
    function _typeOf(uint8 kind) private pure returns (string memory name, string memory types) {
        if (kind == VOUCHER_KIND) return ("Voucher", string.concat(NEW_WORK, VOUCHER));
        string memory item = "tokenId";
        if (kind == uint8(Kind.Listing)) name = "Listing";
        else if (kind == uint8(Kind.TokenOffer)) name = "TokenOffer";
        else if (kind == uint8(Kind.CollectionOffer)) (name, item) = ("CollectionOffer", "anyToken");
        else (name, item) = ("TraitOffer", "tokenIdRoot");
        types = string.concat(
            name,
            "(address maker,address taker,address asset,uint256 ",
            item,
            ",address currency,uint96 price,uint24 maxFee,address referrer,uint24 referrerFee,uint40 startsAt,"
            "uint40 endsAt,uint256 counter,uint256 nonce)"
        );
    }
}
