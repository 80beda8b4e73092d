// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {NewIds} from "../access/NewIds.sol";
import {IAuctionHouse} from "../interfaces/IAuctionHouse.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {AuctionCustody} from "./AuctionCustody.sol";
import {Settlement} from "./Settlement.sol";

/// @title Auctions that end whatever anybody does.
/// @notice Immutable. A pause stops new auctions only. Money goes out by pull, or is tried once and then waits to be pulled, so
/// no bidder and no seller can stand in the way of an end.
/// @custom:invariant I2 the balance per currency is the live highest bids plus all credits (test/solidity/MarketInvariant.t.sol).
/// @custom:invariant no token stays in custody after its auction ended, unless its own collection refuses to let it go.
contract AuctionHouse is IAuctionHouse, NewIds, Settlement {
    /// @dev `IAuctionHouse.Auction` in five slots.
    struct StoredAuction {
        address seller;
        uint40 startsAt;
        uint40 endsAt;
        Status status;
        bool dutch;
        address asset;
        uint96 amount;
        uint256 tokenId;
        address currency;
        uint24 fee;
        uint24 increment;
        uint16 extension;
        uint16 extended;
        address bidder;
        uint96 endPrice;
    }

    uint40 public constant MIN_DURATION = 10 minutes;
    uint40 public constant MAX_DURATION = 90 days;
    uint40 public constant MAX_START_DELAY = 90 days;
    uint24 public constant MIN_INCREMENT = 10_000;
    uint24 public constant MAX_INCREMENT = 500_000;
    uint16 public constant MAX_EXTENSION = 10 minutes;
    /// @notice Seconds that late bids can move an end in all.
    uint16 public constant MAX_TOTAL_EXTENSION = 2 hours;
    /// @notice Seconds after the end before an auction that nobody could settle can be unwound.
    uint40 public constant UNWIND_AFTER = 7 days;

    address private immutable _custody;

    mapping(uint256 auctionId => StoredAuction) private _auctions;
    mapping(address seller => mapping(address asset => uint256)) private _inCustody;

    constructor(Addresses memory house) AccessManaged(house.authority) ERC2771Context(house.withSig) Settlement(house) {
        Wiring.requireSame(address(this), house.auctions);
        _custody = address(new AuctionCustody());
    }

    /// @inheritdoc IAuctionHouse
    function createEnglish(EnglishParams calldata params) external nonReentrant returns (uint256 auctionId) {
        bool good =
            params.reserve > 0 &&
                params.increment >= MIN_INCREMENT &&
                params.increment <= MAX_INCREMENT &&
                params.extension <= MAX_EXTENSION;
        if (!good) revert AuctionHouseBadParams();
        StoredAuction memory auction;
        auction.asset = params.asset;
        auction.tokenId = params.tokenId;
        auction.currency = params.currency;
        auction.amount = params.reserve;
        auction.increment = params.increment;
        auction.extension = params.extension;
        return _create(auction, params.startsAt, params.duration);
    }

    /// @inheritdoc IAuctionHouse
    function createDutch(DutchParams calldata params) external nonReentrant returns (uint256 auctionId) {
        if (params.endPrice == 0 || params.endPrice > params.startPrice) revert AuctionHouseBadParams();
        StoredAuction memory auction;
        auction.dutch = true;
        auction.asset = params.asset;
        auction.tokenId = params.tokenId;
        auction.currency = params.currency;
        auction.amount = params.startPrice;
        auction.endPrice = params.endPrice;
        return _create(auction, params.startsAt, params.duration);
    }

    /// @inheritdoc IAuctionHouse
    function bid(uint256 auctionId, uint96 amount) external payable nonReentrant {
        StoredAuction storage auction = _open(auctionId, false);
        address bidder = _msgSender();
        if (bidder == auction.seller) revert AuctionHouseOwnAuction(auctionId);
        uint256 least = _leastBid(auction);
        if (amount < least) revert AuctionHouseBidTooLow(least, amount);
        address outbid = auction.bidder;
        uint96 refund = auction.amount;
        auction.bidder = bidder;
        auction.amount = amount;
        _extend(auction);
        emit BidPlaced(auctionId, bidder, amount, auction.endsAt);
        if (outbid != address(0)) _credit(outbid, auction.currency, refund);
        _requireValue(auction.currency, amount);
        if (auction.currency != address(0)) _take(IERC20(auction.currency), bidder, amount);
    }

    /// @inheritdoc IAuctionHouse
    function buyDutch(uint256 auctionId, uint96 maxPrice) external payable nonReentrant returns (uint256 price) {
        StoredAuction storage auction = _open(auctionId, true);
        address buyer = _msgSender();
        if (buyer == auction.seller) revert AuctionHouseOwnAuction(auctionId);
        price = _dutchPrice(auction);
        if (price > maxPrice) revert AuctionHousePriceAboveMax(price, maxPrice);
        auction.bidder = buyer;
        auction.amount = uint96(price);
        if (auction.currency != address(0)) {
            _requireValue(auction.currency, 0);
            _sell(auctionId, auction, buyer);
        } else {
            if (msg.value < price) revert SettlementWrongValue(price, msg.value);
            _sell(auctionId, auction, address(this));
            _sendOrCredit(address(0), buyer, msg.value - price);
        }
    }

    /// @inheritdoc IAuctionHouse
    function settle(uint256 auctionId) external nonReentrant {
        StoredAuction storage auction = _over(auctionId, 0);
        if (auction.bidder != address(0)) {
            _sell(auctionId, auction, address(this));
        } else {
            auction.status = Status.Returned;
            emit AuctionReturned(auctionId);
            _release(auction, auction.seller);
        }
    }

    /// @inheritdoc IAuctionHouse
    function cancel(uint256 auctionId) external nonReentrant {
        StoredAuction storage auction = _live(auctionId);
        if (_msgSender() != auction.seller) revert AuctionHouseNotSeller(auctionId, _msgSender());
        if (auction.bidder != address(0)) revert AuctionHouseHasBid(auctionId);
        auction.status = Status.Cancelled;
        emit AuctionCancelled(auctionId);
        _release(auction, auction.seller);
    }

    /// @inheritdoc IAuctionHouse
    function unwind(uint256 auctionId) external nonReentrant {
        StoredAuction storage auction = _over(auctionId, UNWIND_AFTER);
        auction.status = Status.Unwound;
        emit AuctionUnwound(auctionId, auction.bidder, auction.amount);
        if (auction.bidder != address(0)) _credit(auction.bidder, auction.currency, auction.amount);
    }

    /// @inheritdoc IAuctionHouse
    function reclaim(uint256 auctionId) external nonReentrant {
        StoredAuction storage auction = _existing(auctionId);
        if (auction.status != Status.Unwound) revert AuctionHouseNotLive(auctionId, auction.status);
        auction.status = Status.Reclaimed;
        emit AuctionReclaimed(auctionId);
        _release(auction, auction.seller);
    }

    /// @inheritdoc IAuctionHouse
    function collect(address currency, address to) external nonReentrant returns (uint256 amount) {
        _requireNoneInCustody(currency);
        amount = AuctionCustody(payable(custodyOf(_msgSender()))).forward(currency, to);
        emit IncomeCollected(_msgSender(), currency, to, amount);
    }

    /// @inheritdoc IAuctionHouse
    function collectItem(address asset, uint256 tokenId, address to) external nonReentrant {
        _requireNoneInCustody(asset);
        AuctionCustody(payable(custodyOf(_msgSender()))).release(asset, tokenId, to);
    }

    /// @inheritdoc IAuctionHouse
    function auctionOf(uint256 auctionId) external view returns (Auction memory) {
        StoredAuction storage auction = _existing(auctionId);
        return
            Auction({
                seller: auction.seller,
                dutch: auction.dutch,
                status: auction.status,
                asset: auction.asset,
                tokenId: auction.tokenId,
                currency: auction.currency,
                amount: auction.amount,
                endPrice: auction.endPrice,
                bidder: auction.bidder,
                startsAt: auction.startsAt,
                endsAt: auction.endsAt,
                fee: auction.fee,
                increment: auction.increment,
                extension: auction.extension,
                extended: auction.extended
            });
    }

    /// @inheritdoc IAuctionHouse
    function totalAuctions() external view returns (uint256) {
        return _idCount();
    }

    /// @inheritdoc IAuctionHouse
    function priceOf(uint256 auctionId) external view returns (uint256) {
        StoredAuction storage auction = _existing(auctionId);
        return auction.dutch ? _dutchPrice(auction) : _leastBid(auction);
    }

    /// @inheritdoc IAuctionHouse
    function custodyOf(address seller) public view returns (address) {
        return Clones.predictDeterministicAddress(_custody, _saltOf(seller));
    }

    function _create(
        StoredAuction memory auction,
        uint40 startsAt,
        uint40 duration
    ) private returns (uint256 auctionId) {
        if (startsAt < block.timestamp) startsAt = uint40(block.timestamp);
        bool good =
            startsAt <= block.timestamp + MAX_START_DELAY && duration >= MIN_DURATION && duration <= MAX_DURATION;
        if (!good) revert AuctionHouseBadParams();
        _requireSellable(auction.asset, auction.tokenId);
        auctionId = _newId();
        auction.seller = _msgSender();
        auction.startsAt = startsAt;
        auction.endsAt = startsAt + duration;
        auction.status = Status.Live;
        auction.fee = protocolFee;
        _auctions[auctionId] = auction;
        _inCustody[auction.seller][auction.asset] += 1;
        _emitCreated(auctionId, auction);
        address custody = _custodyFor(auction.seller);
        IERC721(auction.asset).transferFrom(auction.seller, custody, auction.tokenId);
        // Also keeps out what is no collection at all: an ERC-20 answers to the same `transferFrom`.
        if (IERC721(auction.asset).ownerOf(auction.tokenId) != custody) {
            revert SettlementNotMoved(auction.asset, auction.tokenId);
        }
    }

    /// @dev The highest bidder gets the token, and everybody his part.
    function _sell(uint256 auctionId, StoredAuction storage auction, address payer) private {
        auction.status = Status.Sold;
        Sale memory sale;
        sale.asset = auction.asset;
        sale.tokenId = auction.tokenId;
        sale.seller = auction.seller;
        sale.payer = payer;
        sale.currency = auction.currency;
        sale.price = auction.amount;
        sale.feePpm = auction.fee;
        sale.ref = auctionId;
        address buyer = auction.bidder;
        _requireSellable(sale.asset, sale.tokenId);
        Cut memory cut = _cutOf(sale);
        emit AuctionSold(auctionId, sale.seller, buyer, auction.amount, cut.royalty, cut.fee);
        _release(auction, buyer);
        _payOut(sale, cut);
    }

    function _release(StoredAuction storage auction, address to) private {
        address seller = auction.seller;
        address asset = auction.asset;
        _inCustody[seller][asset] -= 1;
        AuctionCustody(payable(custodyOf(seller))).release(asset, auction.tokenId, to);
        _requireArrived(asset, auction.tokenId, to);
    }

    /// @dev A bid close to the end moves it, up to a cap for the whole auction: so nobody wins by being last alone, and no
    /// auction runs for ever.
    function _extend(StoredAuction storage auction) private {
        uint256 left = auction.endsAt - block.timestamp;
        if (left >= auction.extension) return;
        uint256 more = Math.min(auction.extension - left, MAX_TOTAL_EXTENSION - auction.extended);
        auction.extended += uint16(more);
        auction.endsAt += uint40(more);
    }

    function _custodyFor(address seller) private returns (address custody) {
        custody = custodyOf(seller);
        if (custody.code.length == 0) Clones.cloneDeterministic(_custody, _saltOf(seller));
    }

    function _emitCreated(uint256 auctionId, StoredAuction memory auction) private {
        emit AuctionCreated(
            auctionId,
            auction.seller,
            auction.asset,
            auction.tokenId,
            auction.currency,
            auction.dutch,
            auction.amount,
            auction.endPrice,
            auction.startsAt,
            auction.endsAt,
            auction.increment,
            auction.extension,
            auction.fee
        );
    }

    function _existing(uint256 auctionId) private view returns (StoredAuction storage auction) {
        auction = _auctions[auctionId];
        if (auction.status == Status.None) revert AuctionHouseUnknown(auctionId);
    }

    function _live(uint256 auctionId) private view returns (StoredAuction storage auction) {
        auction = _existing(auctionId);
        if (auction.status != Status.Live) revert AuctionHouseNotLive(auctionId, auction.status);
    }

    /// @dev Live, of this kind, and within its time.
    function _open(uint256 auctionId, bool dutch) private view returns (StoredAuction storage auction) {
        auction = _live(auctionId);
        if (auction.dutch != dutch) revert AuctionHouseWrongKind(auctionId);
        if (block.timestamp < auction.startsAt || block.timestamp >= auction.endsAt) {
            revert AuctionHouseNotOpen(auction.startsAt, auction.endsAt);
        }
    }

    /// @dev Live, and its end passed by so many seconds.
    function _over(uint256 auctionId, uint256 since) private view returns (StoredAuction storage auction) {
        auction = _live(auctionId);
        if (block.timestamp < auction.endsAt + since) revert AuctionHouseNotOver(auction.endsAt + since);
    }

    function _leastBid(StoredAuction storage auction) private view returns (uint256) {
        if (auction.bidder == address(0)) return auction.amount;
        return auction.amount + Math.ceilDiv(uint256(auction.amount) * auction.increment, PPM);
    }

    /// @dev A straight line from the start price to the end price, rounded up; the price paid once it is sold.
    function _dutchPrice(StoredAuction storage auction) private view returns (uint256) {
        uint256 top = auction.amount;
        if (auction.bidder != address(0) || block.timestamp <= auction.startsAt) return top;
        if (block.timestamp >= auction.endsAt) return auction.endPrice;
        uint256 passed = block.timestamp - auction.startsAt;
        return top - ((top - auction.endPrice) * passed) / (auction.endsAt - auction.startsAt);
    }

    /// @dev Else a "currency" that is the auctioned collection itself could move the token out.
    function _requireNoneInCustody(address asset) private view {
        if (_inCustody[_msgSender()][asset] != 0) revert AuctionHouseInCustody(asset);
    }

    function _requireValue(address currency, uint256 amount) private view {
        uint256 due = currency == address(0) ? amount : 0;
        if (msg.value != due) revert SettlementWrongValue(due, msg.value);
    }

    function _saltOf(address seller) private pure returns (bytes32) {
        return bytes32(uint256(uint160(seller)));
    }

    function _msgSender() internal view override(Context, Settlement) returns (address) {
        return Settlement._msgSender();
    }

    function _msgData() internal view override(Context, Settlement) returns (bytes calldata) {
        return Settlement._msgData();
    }

    function _contextSuffixLength() internal view override(Context, Settlement) returns (uint256) {
        return Settlement._contextSuffixLength();
    }
}
