// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseOrders} from "../../contracts/interfaces/ILicenseOrders.sol";
import {ILicenseToken} from "../../contracts/interfaces/ILicenseToken.sol";
import {IWorkRegistry} from "../../contracts/interfaces/IWorkRegistry.sol";
import {LicenseOrders} from "../../contracts/licensing/LicenseOrders.sol";
import {House} from "./House.sol";

/// @title Random creators and buyers, and ghosts that remember what was sold, used, revoked, signed and cancelled.
contract LicenseHandler is House {
    uint256 private constant PEOPLE = 4;
    uint256 private constant MAX_WORKS = 24;
    uint256 private constant MAX_ORDERS = 24;

    struct GhostOrder {
        ILicenseOrders.LicenseOrder order;
        uint256 filled;
        bool ended;
    }

    LicenseOrders public orders;
    /// @notice Hash of what may never change of a license, taken when it was issued.
    mapping(uint256 licenseId => bytes32) public recordOf;
    mapping(uint256 licenseId => bool) public wasUsed;
    mapping(uint256 licenseId => bool) public wasRevoked;
    mapping(uint256 workId => uint256[] licenseIds) private _madeWith;
    mapping(uint256 offerId => bool) public overridden;
    /// @notice An order was filled that should not have been.
    bool public orderBroken;
    /// @notice How often the interesting things happened, so that a test can say that they did.
    mapping(bytes32 what => uint256) public happened;

    GhostOrder[] private _orders;
    mapping(address seller => mapping(uint256 nonce => bool)) private _endedNonce;
    mapping(address seller => uint256) private _counter;

    constructor() {
        deployHouse();
        orders = licenses.licenseOrders();
        for (uint256 i = 0; i < 3; ++i) registerRoot(_person(i), 1);
    }

    function setOffer(uint256 workSeed, uint256 termsSeed, uint256 supplySeed, uint96 price, uint24 share) external {
        uint256 workId = bound(workSeed, 1, works.totalWorks());
        ILicenseToken.OfferParams memory offer = coinOffer(price % 3 == 0 ? price % 1000 : 0);
        offer.supply = uint32(supplySeed % 4);
        offer.shareOverride = share % 4 == 0 ? uint24(bound(share, 1, 100_000)) : 0;
        ILicenseToken.Terms memory terms = termsFor(workId, termsSeed);
        vm.prank(works.ownerOf(workId));
        try licenses.setOffer(workId, terms, offer) returns (uint256 offerId) {
            overridden[offerId] = offer.shareOverride != 0;
            if (_madeWith[workId].length > 0) ++happened["derivative offered"];
        } catch {
            ++happened["offer refused"];
        }
    }

    function buy(uint256 offerSeed, uint256 buyerSeed) external {
        if (licenses.totalOffers() == 0) return;
        uint256 offerId = bound(offerSeed, 1, licenses.totalOffers());
        uint96 price = licenses.offerOf(offerId).price;
        vm.deal(address(this), price);
        try licenses.buy{value: price}(offerId, _person(buyerSeed), price) returns (uint256 licenseId) {
            _remember(licenseId);
        } catch {
            ++happened["sale refused"];
        }
    }

    function sign(uint256 workSeed, uint256 termsSeed, uint256 supplySeed, uint256 nonceSeed) external {
        if (_orders.length >= MAX_ORDERS) return;
        GhostOrder storage ghost = _orders.push();
        ILicenseOrders.LicenseOrder storage order = ghost.order;
        order.workId = bound(workSeed, 1, works.totalWorks());
        order.seller = works.ownerOf(order.workId);
        order.terms = termsFor(order.workId, termsSeed);
        order.supply = uint32(supplySeed % 4);
        order.holder = supplySeed % 5 == 0 ? _person(supplySeed >> 8) : address(0);
        order.expiresAt = uint40(block.timestamp + 30 days);
        order.nonce = nonceSeed % 8;
        order.counter = _counter[order.seller];
    }

    /// @dev Fills a signed order, now and then after changing what was signed.
    function fill(uint256 orderSeed, uint256 buyerSeed, uint256 tamperSeed) external {
        if (_orders.length == 0) return;
        GhostOrder storage ghost = _orders[bound(orderSeed, 0, _orders.length - 1)];
        ILicenseOrders.LicenseOrder memory order = ghost.order;
        bytes memory signature = _signatureOf(order);
        bool tampered = tamperSeed % 4 == 0;
        if (tampered) _tamper(order, tamperSeed);
        address holder = _person(buyerSeed);
        bool allowed = !tampered && _mayFill(ghost, holder);
        try orders.fill(order, signature, holder, type(uint24).max) returns (uint256 licenseId) {
            if (!allowed) orderBroken = true;
            ++ghost.filled;
            ++happened["order filled"];
            if (order.supply != 0 && ghost.filled == order.supply) _endedNonce[order.seller][order.nonce] = true;
            _remember(licenseId);
        } catch {
            ++happened["order refused"];
        }
    }

    function cancelNonce(uint256 personSeed, uint256 nonceSeed) external {
        address seller = _person(personSeed);
        uint256 nonce = nonceSeed % 8;
        vm.prank(seller);
        try orders.cancelNonce(nonce) {
            _endedNonce[seller][nonce] = true;
        } catch {
            if (!_endedNonce[seller][nonce]) orderBroken = true;
        }
    }

    function raiseCounter(uint256 personSeed) external {
        // Seldom, or no order would live.
        if (personSeed % 8 != 0) return;
        address seller = _person(personSeed >> 8);
        vm.prank(seller);
        _counter[seller] = orders.raiseCounter();
    }

    function closeOffer(uint256 offerSeed) external {
        if (licenses.totalOffers() == 0 || offerSeed % 4 != 0) return;
        uint256 offerId = bound(offerSeed, 1, licenses.totalOffers());
        vm.prank(works.ownerOf(licenses.offerOf(offerId).workId));
        try licenses.closeOffer(offerId) {} catch {}
    }

    function transferLicense(uint256 licenseSeed, uint256 personSeed) external {
        if (licenses.totalLicenses() == 0) return;
        uint256 licenseId = bound(licenseSeed, 1, licenses.totalLicenses());
        address holder = licenses.ownerOf(licenseId);
        vm.prank(holder);
        try licenses.transferFrom(holder, _person(personSeed), licenseId) {} catch {}
    }

    function transferWork(uint256 workSeed, uint256 personSeed) external {
        uint256 workId = bound(workSeed, 1, works.totalWorks());
        address owner = works.ownerOf(workId);
        vm.prank(owner);
        works.transferFrom(owner, _person(personSeed), workId);
    }

    /// @dev Registers a derivative with one license, or two of one holder.
    function derive(uint256 licenseSeed, uint256 otherSeed) external {
        uint256 total = licenses.totalLicenses();
        if (total == 0 || works.totalWorks() >= MAX_WORKS) return;
        uint256 first = bound(licenseSeed, 1, total);
        uint256 second = bound(otherSeed, 1, total);
        bool both = otherSeed % 2 == 0 && licenses.ownerOf(first) == licenses.ownerOf(second) && first != second;
        uint256[] memory with = new uint256[](both ? 2 : 1);
        with[0] = first;
        if (both) with[1] = second;
        address holder = licenses.ownerOf(first);
        // Made before the prank, which lasts for one call only.
        IWorkRegistry.NewWork memory work = newWork(works.totalWorks() + 1, 1);
        vm.prank(holder);
        try works.registerDerivative(work, with) returns (uint256 child) {
            for (uint256 i = 0; i < with.length; ++i) {
                if (wasUsed[with[i]] || wasRevoked[with[i]]) orderBroken = true;
                wasUsed[with[i]] = true;
                _madeWith[child].push(with[i]);
            }
            ++happened["derived"];
        } catch {}
    }

    function revoke(uint256 licenseSeed) external {
        if (licenses.totalLicenses() == 0 || licenseSeed % 4 != 0) return;
        uint256 licenseId = bound(licenseSeed, 1, licenses.totalLicenses());
        vm.prank(DISPUTES);
        try licenses.revoke(licenseId) {
            wasRevoked[licenseId] = true;
        } catch {}
    }

    function setBlocked(uint256 workSeed, bool blocked) external {
        uint256 workId = bound(workSeed, 1, works.totalWorks());
        vm.prank(DISPUTES);
        licenses.setBlocked(workId, blocked && workSeed % 8 == 0);
    }

    function passTime(uint256 secondsSeed) external {
        vm.warp(block.timestamp + (secondsSeed % 4 days));
    }

    function ordersCount() external view returns (uint256) {
        return _orders.length;
    }

    /// @return filled How often the order was filled. @return supply How often it may be; 0 = any number.
    function filledOf(uint256 index) external view returns (uint256 filled, uint256 supply) {
        return (_orders[index].filled, _orders[index].order.supply);
    }

    function madeWith(uint256 workId) external view returns (uint256[] memory) {
        return _madeWith[workId];
    }

    function workCount() external view returns (uint256) {
        return works.totalWorks();
    }

    function token() external view returns (ILicenseToken) {
        return licenses;
    }

    /// @dev Few different terms, so that reciprocal ones meet, and half the time a parent's own, so that derivatives get to
    /// offer at all.
    function termsFor(uint256 workId, uint256 seed) public view returns (ILicenseToken.Terms memory terms) {
        uint256[] storage parents = _madeWith[workId];
        if (parents.length > 0 && seed % 2 == 0) {
            return licenses.termsOf(licenses.licenseOf(parents[0]).termsId);
        }
        terms.flags = uint16((seed >> 1) % 64) | (seed % 3 == 0 ? 2 : 0);
        terms.derivativeShare = (seed >> 8) % 2 == 0 ? 0 : 50_000;
        terms.duration = (seed >> 16) % 2 == 0 ? 0 : 2 days;
        terms.exclusivity = (seed >> 24) % 4 > 1 ? uint8((seed >> 24) % 4) - 1 : 0;
        terms.shareMode = uint8((seed >> 32) % 2);
        terms.territories = (seed >> 40) % 4 == 0 ? 0x3 : 0;
        terms.channels = (seed >> 48) % 4 == 0 ? 0x5 : 0;
    }

    /// @notice What may never change of a license.
    function recordHash(uint256 licenseId) public view returns (bytes32) {
        ILicenseToken.License memory license = licenses.licenseOf(licenseId);
        license.used = false;
        license.revoked = false;
        return keccak256(abi.encode(license, licenses.termsOf(license.termsId)));
    }

    function _remember(uint256 licenseId) private {
        recordOf[licenseId] = recordHash(licenseId);
        ++happened["sold"];
        if (licenses.licenseOf(licenseId).exclusivity != 0) ++happened["exclusive sold"];
    }

    /// @dev The rule in plain words, apart from the contract: alive, not cancelled, not sold out, the owner's, for this holder.
    function _mayFill(GhostOrder storage ghost, address holder) private view returns (bool) {
        ILicenseOrders.LicenseOrder storage order = ghost.order;
        return
            block.timestamp <= order.expiresAt &&
            !_endedNonce[order.seller][order.nonce] &&
            _counter[order.seller] == order.counter &&
            works.ownerOf(order.workId) == order.seller &&
            (order.holder == address(0) || order.holder == holder) &&
            (order.supply == 0 || ghost.filled < order.supply);
    }

    function _tamper(ILicenseOrders.LicenseOrder memory order, uint256 seed) private pure {
        uint256 field = (seed >> 2) % 6;
        if (field == 0) order.supply += 1;
        if (field == 1) order.nonce += 1;
        if (field == 2) order.terms.flags ^= 1;
        if (field == 3) order.shareOverride = order.shareOverride == 0 ? 1 : 0;
        if (field == 4) order.expiresAt += 1;
        if (field == 5) order.workId = order.workId == 1 ? 2 : 1;
    }

    function _signatureOf(ILicenseOrders.LicenseOrder memory order) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_keyOf(order.seller), orders.digestOf(order));
        return abi.encodePacked(r, s, v);
    }

    function _keyOf(address seller) private pure returns (uint256) {
        for (uint256 i = 0; i < PEOPLE; ++i) if (_person(i) == seller) return 0xC0FFEE + i;
        return 1;
    }

    function _person(uint256 seed) private pure returns (address) {
        return vm.addr(0xC0FFEE + (seed % PEOPLE));
    }
}
