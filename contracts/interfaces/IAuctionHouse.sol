// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ISettlement} from "./ISettlement.sol";

/// @title English and Dutch auctions of any ERC-721, with all bids on chain.
/// @notice The token is in custody while its auction runs. Whatever the sides do or leave undone, anyone can bring an auction
/// to its end once its time is over.
interface IAuctionHouse is ISettlement {
    /// @dev Live: bids are taken, or it waits to be settled. Sold; Returned: the token went back, nobody had bid; Cancelled by
    /// the seller before any bid; Unwound: the token could not be handed over, so the bidder got the money back, and
    /// the token waits for `reclaim`; Reclaimed: it went back after that.
    enum Status {
        None,
        Live,
        Sold,
        Returned,
        Cancelled,
        Unwound,
        Reclaimed
    }

    /// @param currency ERC-20, or zero for the chain's coin.
    /// @param reserve Least first bid, smallest units, above zero.
    /// @param increment Least rise from bid to bid, ppm of the last, 10,000 to 500,000.
    /// @param extension Seconds that are always left after a bid, at most 600; 0 = the end never moves.
    /// @param startsAt First block time for bids; in the past = now.
    /// @param duration Seconds from start to end, 600 to 90 days.
    struct EnglishParams {
        address asset;
        uint256 tokenId;
        address currency;
        uint96 reserve;
        uint24 increment;
        uint16 extension;
        uint40 startsAt;
        uint40 duration;
    }

    /// @param startPrice Price at the start, falling in a straight line to
    /// @param endPrice the price at the end; at most the start price, above zero.
    struct DutchParams {
        address asset;
        uint256 tokenId;
        address currency;
        uint96 startPrice;
        uint96 endPrice;
        uint40 startsAt;
        uint40 duration;
    }

    /// @param amount English: highest bid, or the reserve before the first. Dutch: start price; the price paid once sold.
    /// @param endPrice Dutch only.
    /// @param bidder English: who bid most so far. Dutch: who bought.
    /// @param fee Protocol's fee of this auction, ppm, fixed when it was made.
    /// @param extended Seconds that the end has moved so far.
    struct Auction {
        address seller;
        bool dutch;
        Status status;
        address asset;
        uint256 tokenId;
        address currency;
        uint96 amount;
        uint96 endPrice;
        address bidder;
        uint40 startsAt;
        uint40 endsAt;
        uint24 fee;
        uint24 increment;
        uint16 extension;
        uint16 extended;
    }

    event AuctionCreated(
        uint256 indexed auctionId,
        address indexed seller,
        address indexed asset,
        uint256 tokenId,
        address currency,
        bool dutch,
        uint96 amount,
        uint96 endPrice,
        uint40 startsAt,
        uint40 endsAt,
        uint24 increment,
        uint16 extension,
        uint24 fee
    );
    /// @param endsAt The end after this bid.
    event BidPlaced(uint256 indexed auctionId, address indexed bidder, uint96 amount, uint40 endsAt);
    event AuctionSold(
        uint256 indexed auctionId,
        address indexed seller,
        address indexed buyer,
        uint96 price,
        uint256 royalty,
        uint256 fee
    );
    event AuctionReturned(uint256 indexed auctionId);
    event AuctionCancelled(uint256 indexed auctionId);
    event AuctionUnwound(uint256 indexed auctionId, address indexed bidder, uint96 amount);
    event AuctionReclaimed(uint256 indexed auctionId);
    /// @notice A seller took what had come to his tokens in custody.
    event IncomeCollected(address indexed seller, address indexed currency, address to, uint256 amount);

    error AuctionHouseBadParams();
    error AuctionHouseUnknown(uint256 auctionId);
    error AuctionHouseNotLive(uint256 auctionId, Status status);
    error AuctionHouseWrongKind(uint256 auctionId);
    error AuctionHouseNotOpen(uint256 startsAt, uint256 endsAt);
    error AuctionHouseNotOver(uint256 endsAt);
    error AuctionHouseNotSeller(uint256 auctionId, address caller);
    error AuctionHouseOwnAuction(uint256 auctionId);
    error AuctionHouseBidTooLow(uint256 least, uint256 bid);
    error AuctionHouseHasBid(uint256 auctionId);
    /// @notice The price now is above what the buyer wants to pay.
    error AuctionHousePriceAboveMax(uint256 price, uint256 maxPrice);
    /// @notice The caller has tokens of this collection in custody, so nothing of it can be taken out by hand.
    error AuctionHouseInCustody(address asset);

    /// @notice Starts an auction with rising bids, and takes the token into custody. The caller must have approved this contract.
    function createEnglish(EnglishParams calldata params) external returns (uint256 auctionId);

    /// @notice Starts an auction with a falling price, and takes the token into custody.
    function createDutch(DutchParams calldata params) external returns (uint256 auctionId);

    /// @notice Bids. In coin `msg.value` must be the amount; a token is taken from the caller. Who is outbid finds his money
    /// in `creditOf` at once.
    function bid(uint256 auctionId, uint96 amount) external payable;

    /// @notice Buys at the price of this moment, at most `maxPrice`. In coin what was sent beyond the price goes back.
    function buyDutch(uint256 auctionId, uint96 maxPrice) external payable returns (uint256 price);

    /// @notice Ends an auction whose time is over: the token to the highest bidder and the money to all it is due to, or,
    /// without a bid, the token back to the seller. Anyone.
    function settle(uint256 auctionId) external;

    /// @notice Takes the auction back. Only the seller, before the first bid.
    function cancel(uint256 auctionId) external;

    /// @notice Gives the bidder the money back when nobody could settle for 7 days after the end. Anyone.
    function unwind(uint256 auctionId) external;

    /// @notice Gives the token of an unwound auction back to the seller, whenever its collection lets it go. Anyone.
    function reclaim(uint256 auctionId) external;

    /// @notice Sends what came to the caller's tokens in custody (a work's claimed revenue, an airdrop) to an address of choice.
    function collect(address currency, address to) external returns (uint256 amount);

    /// @notice As `collect`, for an ERC-721 token that nobody auctions.
    function collectItem(address asset, uint256 tokenId, address to) external;

    /// @notice Where the tokens of a seller are in custody. Whatever else arrives there is the seller's.
    function custodyOf(address seller) external view returns (address);

    function auctionOf(uint256 auctionId) external view returns (Auction memory);

    function totalAuctions() external view returns (uint256);

    /// @notice English: the least next bid. Dutch: the price now.
    function priceOf(uint256 auctionId) external view returns (uint256);
}
