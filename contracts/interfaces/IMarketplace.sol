// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ISettlement} from "./ISettlement.sol";
import {IWorkRegistry} from "./IWorkRegistry.sol";

/// @title Sales by signature: listings, offers, and works that are registered when they are bought.
/// @notice An order is EIP-712 data its maker signs; nothing is on chain until somebody fills it, and signed orders can't be
/// paused. Makers may be contracts (ERC-1271). A nonce is used once, whatever it was signed for. One signature may cover a
/// tree of up to 1,024 orders of one kind.
interface IMarketplace is ISettlement {
    /// @dev Each is a type of its own for EIP-712, so a signature for one says nothing about another. Listing: the maker
    /// sells a token. TokenOffer: buys one token. CollectionOffer: buys any token of a collection. TraitOffer: buys any token
    /// whose id is in a Merkle tree.
    enum Kind {
        Listing,
        TokenOffer,
        CollectionOffer,
        TraitOffer
    }

    /// @param taker Who alone may fill it; zero = anyone.
    /// @param asset ERC-721 collection.
    /// @param item Token id; for a TraitOffer the root of the tree of ids (leaf: keccak256 of keccak256 of the id as 32
    /// bytes; pairs sorted); for a CollectionOffer zero.
    /// @param currency ERC-20, or zero for the chain's coin (listings only).
    /// @param price Smallest units, all the buyer pays: royalty and fees are taken out of it.
    /// @param maxFee Highest protocol fee the maker sells or buys under, ppm.
    /// @param referrer Who gets `referrerFee`; zero = nobody.
    /// @param referrerFee Ppm of the price, at most 100,000.
    /// @param startsAt First and
    /// @param endsAt last block time at which it can be filled, seconds.
    /// @param counter The maker's counter when it was signed.
    /// @param nonce Any number the maker has not used.
    struct Order {
        address maker;
        address taker;
        address asset;
        uint256 item;
        address currency;
        uint96 price;
        uint24 maxFee;
        address referrer;
        uint24 referrerFee;
        uint40 startsAt;
        uint40 endsAt;
        uint256 counter;
        uint256 nonce;
    }

    /// @notice A creator's word: whoever pays may have this work registered, and get it.
    /// @param work What is registered, to the creator.
    /// @param creator Signer, first owner, and who is paid.
    /// @param buyer Who alone may redeem it; zero = anyone.
    /// @param price Smallest units; 0 = a gift.
    /// @param deadline Last block time.
    struct Voucher {
        IWorkRegistry.NewWork work;
        address creator;
        address buyer;
        address currency;
        uint96 price;
        uint24 maxFee;
        address referrer;
        uint24 referrerFee;
        uint40 deadline;
        uint256 counter;
        uint256 nonce;
    }

    /// @notice A signature of one order, or of a tree of orders of one kind with the order's place in it.
    /// @param proof Empty for one order; else the order's siblings, lowest first, at most 10.
    /// @param index Place among the leaves: its i-th bit says whether the i-th sibling is on the left.
    struct Signature {
        bytes signature;
        uint256 index;
        bytes32[] proof;
    }

    /// @param tokenId Token that the taker gives, for an offer; for a listing its item.
    /// @param minProceeds Least that the taker of an offer wants for it; not used for listings.
    struct Fill {
        Kind kind;
        uint256 tokenId;
        uint256 minProceeds;
        Order order;
        Signature signature;
        bytes32[] traitProof;
    }

    /// @param royalty To the work's account, or to the receiver the collection named.
    event OrderFilled(
        bytes32 indexed orderHash,
        address indexed seller,
        address indexed buyer,
        Kind kind,
        address asset,
        uint256 tokenId,
        address currency,
        uint256 price,
        uint256 royalty,
        uint256 fee,
        address referrer,
        uint256 referral
    );
    event VoucherRedeemed(
        uint256 indexed workId,
        address indexed creator,
        address indexed buyer,
        address currency,
        uint256 price,
        uint256 fee,
        address referrer,
        uint256 referral,
        uint256 nonce
    );
    event OrderCancelled(address indexed maker, uint256 nonce);
    event AllCancelled(address indexed maker, uint256 counter);
    /// @notice An item of `fillMany` was left out; its buyer keeps the price.
    event FillSkipped(uint256 index);

    error MarketplaceNotActive(uint256 startsAt, uint256 endsAt);
    error MarketplaceNotTaker(address taker, address caller);
    error MarketplaceOwnOrder(address maker);
    error MarketplaceOldCounter(uint256 signed, uint256 current);
    error MarketplaceNonceUsed(address maker, uint256 nonce);
    error MarketplaceBadSignature(address maker);
    error MarketplaceTreeTooHigh(uint256 height);
    /// @notice The index is not one of a leaf of a tree this high.
    error MarketplaceBadIndex(uint256 index);
    /// @notice The protocol's fee rose above what the maker signed.
    error MarketplaceFeeAboveSigned(uint256 signed, uint256 current);
    error MarketplaceReferrerFeeTooHigh(uint256 ppm);
    /// @notice The order is for another token.
    error MarketplaceWrongToken(uint256 tokenId);
    /// @notice Coin can't be offered by signature: nobody can take it from the maker.
    error MarketplaceCoinOffer();
    error MarketplaceBelowMinProceeds(uint256 minimum, uint256 proceeds);
    error MarketplaceTooMany(uint256 count);
    error MarketplaceNotAnOffer();
    /// @notice The creator changed the work's metadata, or offered or issued licenses, between its registration and its sale.
    error MarketplaceWorkTouched(uint256 workId);
    error MarketplaceNotSelf(address caller);

    /// @notice Buys a listed token for `recipient`. In coin `msg.value` must be the price; a token is taken from the caller,
    /// who must have approved this contract.
    function buy(Order calldata order, Signature calldata signature, address recipient) external payable;

    /// @notice Sells `tokenId` to the maker of an offer. The caller must have approved this contract for the token.
    /// @param traitProof For a TraitOffer, that the id is in the tree; else empty.
    /// @param minProceeds Least that the caller wants after royalty and fees.
    function acceptOffer(
        Kind kind,
        Order calldata order,
        Signature calldata signature,
        uint256 tokenId,
        bytes32[] calldata traitProof,
        uint256 minProceeds
    ) external;

    /// @notice Fills up to 24 orders of any kind. Coin that is not used goes back to the caller.
    /// @param skipFailures Whether an order that can't be filled is left out (each may then use its share of the gas), or
    /// undoes everything.
    /// @return filled For each order whether it was filled.
    function fillMany(Fill[] calldata fills, bool skipFailures) external payable returns (bool[] memory filled);

    /// @notice Registers a creator's work, pays the creator through the ledger, and hands the work to `recipient`. In coin
    /// `msg.value` must be the price. The creator pays no gas and approves nothing.
    function redeem(
        Voucher calldata voucher,
        Signature calldata signature,
        address recipient
    ) external payable returns (uint256 workId);

    /// @notice Uses up one of the caller's nonces, so that nothing signed with it can be filled.
    function cancelOrder(uint256 nonce) external;

    /// @notice As `cancelOrder`, up to 64 at once.
    function cancelOrders(uint256[] calldata nonces) external;

    /// @notice Changes the caller's counter, so that nothing signed with the old one can be filled.
    function cancelAll() external returns (uint256 counter);

    function counterOf(address maker) external view returns (uint256);

    function nonceUsed(address maker, uint256 nonce) external view returns (bool);

    /// @notice EIP-712 struct hash: the leaf in a tree of orders, and the order's name in `OrderFilled`.
    function hashOf(Kind kind, Order calldata order) external view returns (bytes32);
}
