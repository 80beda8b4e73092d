// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {Authority} from "../../contracts/access/Authority.sol";
import {IAuctionHouse} from "../../contracts/interfaces/IAuctionHouse.sol";
import {ILicenseToken} from "../../contracts/interfaces/ILicenseToken.sol";
import {IMarketplace} from "../../contracts/interfaces/IMarketplace.sol";
import {IWorkRegistry} from "../../contracts/interfaces/IWorkRegistry.sol";
import {RoyaltyLedger} from "../../contracts/ledger/RoyaltyLedger.sol";
import {Addresses} from "../../contracts/libraries/Wiring.sol";
import {TermFlags} from "../../contracts/libraries/TermFlags.sol";
import {LicenseToken} from "../../contracts/licensing/LicenseToken.sol";
import {AuctionHouse} from "../../contracts/market/AuctionHouse.sol";
import {Marketplace} from "../../contracts/market/Marketplace.sol";
import {PlainToken} from "../../contracts/testing/PlainToken.sol";
import {PlainCollection} from "../../contracts/testing/market/PlainCollection.sol";
import {SilentSigner} from "../../contracts/testing/market/SilentSigner.sol";
import {WorkRegistry} from "../../contracts/registry/WorkRegistry.sol";
import {TestBase} from "./TestBase.sol";

/// @title Random people at the market, and a ghost that remembers what went in, what is open, and which nonces are used up.
/// @dev Makers are contract accounts that sign everything (ERC-1271), so that a crowd needs no keys.
contract MarketHandler is TestBase {
    struct Known {
        IMarketplace.Kind kind;
        IMarketplace.Order order;
    }

    address internal constant COIN = address(0);
    uint256 private constant PEOPLE = 4;
    address private constant REWARDS = address(0xFEE5);

    WorkRegistry public works;
    LicenseToken private licenses;
    RoyaltyLedger public ledger;
    Marketplace public market;
    AuctionHouse public auctions;
    PlainToken public token;
    PlainCollection public collection;
    Known[] private _orders;
    address[] private _people;
    /// @notice How often a nonce of a maker was filled or cancelled.
    mapping(address maker => mapping(uint256 nonce => uint256)) public uses;
    /// @notice The most of them for any nonce.
    uint256 public mostUses;
    /// @notice Sales and refusals, so that a run that does nothing is seen.
    uint256 public sales;
    address private immutable _test = msg.sender;

    /// @dev What only the test does, at the end.
    modifier onlyTest() {
        if (msg.sender == _test) _;
    }

    constructor() {
        uint256 nonce = vm.getNonce(address(this));
        Addresses memory house;
        house.authority = vm.computeCreateAddress(address(this), nonce);
        house.works = vm.computeCreateAddress(address(this), nonce + 1);
        house.licenses = vm.computeCreateAddress(address(this), nonce + 2);
        house.ledger = vm.computeCreateAddress(address(this), nonce + 3);
        house.marketplace = vm.computeCreateAddress(address(this), nonce + 4);
        house.auctions = vm.computeCreateAddress(address(this), nonce + 5);
        house.rewards = REWARDS;
        new Authority(house, address(this));
        works = new WorkRegistry(house);
        licenses = new LicenseToken(house);
        ledger = new RoyaltyLedger(house);
        market = new Marketplace(house);
        auctions = new AuctionHouse(house);
        token = new PlainToken();
        collection = new PlainCollection();
        for (uint256 i = 0; i < PEOPLE; ++i) _join();
        collection.setRoyalty(_people[0], 700);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            collection.mint(_people[i], i + 1);
            _register(_people[i], i + 1);
        }
        for (uint256 i = 0; i < PEOPLE; ++i) _derive(_people[i], i + 1, uint24(40_000 * (i + 1)));
    }

    /// @dev A new order of anybody, for anything, sometimes with a nonce that is used already.
    function sign(uint256 makerSeed, uint256 itemSeed, uint96 price, uint8 kindSeed, uint8 nonceSeed) external {
        if (_orders.length >= 60) return;
        IMarketplace.Kind kind = IMarketplace.Kind(bound(kindSeed, 0, 2));
        (address asset, uint256 tokenId) = _item(itemSeed);
        IMarketplace.Order memory order;
        order.asset = asset;
        order.maker = kind == IMarketplace.Kind.Listing ? IERC721(asset).ownerOf(tokenId) : _person(makerSeed);
        order.item = kind == IMarketplace.Kind.CollectionOffer ? 0 : tokenId;
        order.currency = kind == IMarketplace.Kind.Listing && price % 2 == 0 ? COIN : address(token);
        order.price = uint96(bound(price, 0, 1 ether));
        order.referrer = price % 3 == 0 ? _person(itemSeed) : address(0);
        order.referrerFee = uint24(price % 100_001);
        order.endsAt = type(uint40).max;
        order.counter = market.counterOf(order.maker);
        order.nonce = nonceSeed % 24;
        _orders.push(Known(kind, order));
    }

    function fill(uint256 orderSeed, uint256 takerSeed, uint256 tokenSeed) external {
        if (_orders.length == 0) return;
        Known memory known = _orders[bound(orderSeed, 0, _orders.length - 1)];
        IMarketplace.Signature memory signature;
        IMarketplace.Order memory order = known.order;
        if (known.kind == IMarketplace.Kind.Listing) {
            address buyer = _person(takerSeed);
            uint256 value = order.currency == COIN ? order.price : 0;
            vm.prank(buyer);
            try market.buy{value: value}(order, signature, buyer) {
                _used(order.maker, order.nonce);
                ++sales;
            } catch {}
        } else {
            uint256 tokenId = known.kind == IMarketplace.Kind.TokenOffer ? order.item : 1 + (tokenSeed % 4);
            address seller = IERC721(order.asset).ownerOf(tokenId);
            vm.prank(seller);
            try market.acceptOffer(known.kind, order, signature, tokenId, new bytes32[](0), 0) {
                _used(order.maker, order.nonce);
                ++sales;
            } catch {}
        }
    }

    function cancelOrder(uint256 makerSeed, uint8 nonceSeed) external {
        address maker = _person(makerSeed);
        vm.prank(maker);
        try market.cancelOrder(nonceSeed % 24) {
            _used(maker, nonceSeed % 24);
        } catch {}
    }

    function cancelAll(uint256 makerSeed) external {
        if (makerSeed % 5 != 0) return;
        vm.prank(_person(makerSeed));
        market.cancelAll();
    }

    function createAuction(uint256 itemSeed, uint96 price, uint40 duration, bool dutch, bool inToken) external {
        (address asset, uint256 tokenId) = _item(itemSeed);
        address seller = IERC721(asset).ownerOf(tokenId);
        uint96 start = uint96(bound(price, 1, 1 ether));
        uint40 time = uint40(bound(duration, 600, 1 days));
        address currency = inToken ? address(token) : COIN;
        IAuctionHouse.EnglishParams memory english = IAuctionHouse.EnglishParams(
            asset,
            tokenId,
            currency,
            start,
            50_000,
            300,
            0,
            time
        );
        vm.prank(seller);
        if (!dutch) {
            try auctions.createEnglish(english) {} catch {}
        } else {
            try
                auctions.createDutch(IAuctionHouse.DutchParams(asset, tokenId, currency, start, start / 2 + 1, 0, time))
            {} catch {}
        }
    }

    function bid(uint256 auctionSeed, uint256 bidderSeed, uint96 more) external {
        uint256 id = _auction(auctionSeed);
        if (id == 0) return;
        IAuctionHouse.Auction memory auction = auctions.auctionOf(id);
        uint96 amount = uint96(auctions.priceOf(id)) + uint96(more % 1000);
        uint256 value = auction.currency == COIN ? amount : 0;
        vm.prank(_person(bidderSeed));
        if (!auction.dutch) {
            try auctions.bid{value: value}(id, amount) {} catch {}
        } else {
            try auctions.buyDutch{value: value}(id, amount) returns (uint256) {
                ++sales;
            } catch {}
        }
    }

    function end(uint256 auctionSeed, uint256 callerSeed, uint8 how) external {
        uint256 id = _auction(auctionSeed);
        if (id == 0) return;
        vm.prank(_person(callerSeed));
        if (how % 4 == 0) {
            try auctions.cancel(id) {} catch {}
        } else if (how % 4 == 1) {
            try auctions.unwind(id) {} catch {}
        } else if (how % 4 == 2) {
            try auctions.reclaim(id) {} catch {}
        } else {
            try auctions.settle(id) {
                ++sales;
            } catch {}
        }
    }

    function wait(uint24 time) external {
        vm.warp(block.timestamp + (uint256(time) % 1 days));
    }

    function withdraw(uint256 accountSeed, bool inToken, bool fromMarket) external {
        address currency = inToken ? address(token) : COIN;
        if (fromMarket) market.withdrawFor(_person(accountSeed), currency);
        else auctions.withdrawFor(_person(accountSeed), currency);
    }

    /// @notice Brings every auction to its end and pays every credit out. Only pokes, by nobody in particular.
    function endEverything() external onlyTest {
        vm.warp(block.timestamp + 30 days);
        works.pause();
        licenses.pause();
        auctions.pause();
        for (uint256 id = 1; id <= auctions.totalAuctions(); ++id) {
            IAuctionHouse.Status status = auctions.auctionOf(id).status;
            if (status == IAuctionHouse.Status.Live) auctions.settle(id);
            if (status == IAuctionHouse.Status.Unwound) auctions.reclaim(id);
        }
        for (uint256 i = 0; i <= PEOPLE; ++i) {
            address account = i == PEOPLE ? REWARDS : _people[i];
            market.withdrawFor(account, COIN);
            market.withdrawFor(account, address(token));
            auctions.withdrawFor(account, COIN);
            auctions.withdrawFor(account, address(token));
        }
    }

    /// @notice What a contract holds of a currency.
    function held(address holder, address currency) public view returns (uint256) {
        return currency == COIN ? holder.balance : token.balanceOf(holder);
    }

    /// @notice What the auction house or the marketplace owes: credits, and live highest bids.
    function owed(bool ofMarket, address currency) external view returns (uint256 sum) {
        for (uint256 i = 0; i <= PEOPLE; ++i) {
            address account = i == PEOPLE ? REWARDS : _people[i];
            sum += ofMarket ? market.creditOf(account, currency) : auctions.creditOf(account, currency);
        }
        if (ofMarket) return sum;
        for (uint256 id = 1; id <= auctions.totalAuctions(); ++id) {
            IAuctionHouse.Auction memory auction = auctions.auctionOf(id);
            bool live = auction.status == IAuctionHouse.Status.Live && auction.bidder != address(0);
            if (live && auction.currency == currency) sum += auction.amount;
        }
    }

    /// @notice All of a currency, wherever it is.
    function everywhere(address currency) external view returns (uint256 sum) {
        for (uint256 i = 0; i < PEOPLE; ++i) sum += held(_people[i], currency);
        sum += held(REWARDS, currency) + held(address(ledger), currency);
        sum += held(address(market), currency) + held(address(auctions), currency);
    }

    /// @notice Tokens that are in custody though no auction of them is open.
    function stuckTokens() external view returns (uint256 count) {
        for (uint256 i = 0; i < 3 * PEOPLE; ++i) {
            (address asset, uint256 tokenId) = _item(i);
            address owner = IERC721(asset).ownerOf(tokenId);
            bool ofPerson;
            for (uint256 j = 0; j < PEOPLE; ++j) ofPerson = ofPerson || owner == _people[j];
            if (!ofPerson && !_open(asset, tokenId)) ++count;
        }
    }

    function peopleCount() external pure returns (uint256) {
        return PEOPLE;
    }

    function _used(address maker, uint256 nonce) private {
        uint256 count = ++uses[maker][nonce];
        if (count > mostUses) mostUses = count;
    }

    function _join() private {
        SilentSigner person = new SilentSigner();
        _people.push(address(person));
        vm.deal(address(person), 1_000_000 ether);
        token.mint(address(person), 1_000_000 ether);
        for (uint256 i = 0; i < 2; ++i) {
            address operator = i == 0 ? address(market) : address(auctions);
            vm.prank(address(person));
            token.approve(operator, type(uint256).max);
            vm.prank(address(person));
            works.setApprovalForAll(operator, true);
            vm.prank(address(person));
            collection.setApprovalForAll(operator, true);
        }
    }

    function _register(address owner, uint256 seed) private {
        bytes32 digest = keccak256(abi.encode(seed));
        vm.prank(owner);
        works.register(IWorkRegistry.NewWork(digest, digest, digest, bytes32(0), 0, 1));
    }

    function _derive(address owner, uint256 parent, uint24 share) private {
        ILicenseToken.Terms memory terms = ILicenseToken.Terms(TermFlags.DERIVATIVES, share, 0, bytes32(0), 0, 0, 0, 0);
        address seller = works.ownerOf(parent);
        vm.prank(seller);
        uint256 offerId = licenses.setOffer(parent, terms, ILicenseToken.OfferParams(COIN, 0, 0, 0, 0));
        uint256[] memory licenseIds = new uint256[](1);
        licenseIds[0] = licenses.buy(offerId, owner, 0);
        bytes32 digest = keccak256(abi.encode("derived", parent));
        vm.prank(owner);
        works.registerDerivative(IWorkRegistry.NewWork(digest, digest, digest, bytes32(0), 0, 1), licenseIds);
    }

    function _open(address asset, uint256 tokenId) private view returns (bool) {
        for (uint256 id = 1; id <= auctions.totalAuctions(); ++id) {
            IAuctionHouse.Auction memory auction = auctions.auctionOf(id);
            bool open = auction.status == IAuctionHouse.Status.Live || auction.status == IAuctionHouse.Status.Unwound;
            if (open && auction.asset == asset && auction.tokenId == tokenId) return true;
        }
        return false;
    }

    function _auction(uint256 seed) private view returns (uint256) {
        uint256 count = auctions.totalAuctions();
        return count == 0 ? 0 : bound(seed, 1, count);
    }

    function _item(uint256 seed) private view returns (address asset, uint256 tokenId) {
        uint256 index = seed % (3 * PEOPLE);
        if (index < PEOPLE) return (address(collection), index + 1);
        return (address(works), index - PEOPLE + 1);
    }

    function _person(uint256 seed) private view returns (address) {
        return _people[seed % PEOPLE];
    }
}
