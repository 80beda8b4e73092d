// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseToken} from "../../contracts/interfaces/ILicenseToken.sol";
import {LicenseHandler} from "./LicenseHandler.sol";
import {TestBase} from "./TestBase.sol";

/// @title Whatever people do, what was sold stays what it was, and nobody sells what he was not given.
contract LicenseTokenInvariantTest is TestBase {
    uint256 private constant STEPS = 800;

    LicenseHandler private handler;
    ILicenseToken private licenses;

    function setUp() public {
        handler = new LicenseHandler();
        licenses = handler.token();
        targetContract(address(handler));
    }

    /// @dev One campaign for all of them: what each says, its message names.
    function invariant_I7_I12_whatWasSoldStaysWhatItWas() public view {
        _recordsNeverChange();
        _soldWithinSupply();
        _exclusiveMeansOne();
        _offersKeepToWhatWasInherited();
        _licensesEndWithTheirParents();
        _ordersAreUsedAsSigned();
        _holdsNoMoney();
    }

    /// @dev I7: a license's record never changes but for used and revoked, and those only once and only by use and ruling.
    function _recordsNeverChange() private view {
        for (uint256 id = 1; id <= licenses.totalLicenses(); ++id) {
            vm.assertEq(uint256(handler.recordHash(id)), uint256(handler.recordOf(id)), "I7: a sold license changed");
            ILicenseToken.License memory license = licenses.licenseOf(id);
            vm.assertEq(license.used ? 1 : 0, handler.wasUsed(id) ? 1 : 0, "I7: used is not what happened");
            vm.assertEq(license.revoked ? 1 : 0, handler.wasRevoked(id) ? 1 : 0, "I7: revoked is not what happened");
        }
    }

    /// @dev I7: sold <= supply, and sold is the number of licenses there are.
    function _soldWithinSupply() private view {
        uint256[] memory issued = new uint256[](licenses.totalOffers() + 1);
        for (uint256 id = 1; id <= licenses.totalLicenses(); ++id) ++issued[licenses.licenseOf(id).offerId];
        for (uint256 id = 1; id < issued.length; ++id) {
            ILicenseToken.Offer memory offer = licenses.offerOf(id);
            vm.assertEq(offer.sold, issued[id], "I7: sold is not what was issued");
            if (offer.supply != 0) vm.assertLe(offer.sold, offer.supply, "I7: more sold than the supply");
        }
    }

    /// @dev I7: one exclusive license of a work lives at a time; beside a sole one none lives.
    function _exclusiveMeansOne() private view {
        uint256 works = handler.workCount();
        uint256[] memory live = new uint256[](works + 1);
        uint256[] memory exclusive = new uint256[](works + 1);
        bool[] memory sole = new bool[](works + 1);
        for (uint256 id = 1; id <= licenses.totalLicenses(); ++id) {
            if (!licenses.isActive(id)) continue;
            ILicenseToken.License memory license = licenses.licenseOf(id);
            ++live[license.workId];
            if (license.exclusivity != 0) ++exclusive[license.workId];
            if (license.exclusivity == 2) sole[license.workId] = true;
        }
        for (uint256 work = 1; work <= works; ++work) {
            vm.assertLe(exclusive[work], 1, "I7: two exclusive licenses live");
            if (sole[work]) vm.assertEq(live[work], 1, "I7: a sole license is not alone");
        }
    }

    /// @dev Offers of a derivative keep to every license it was made with, looked up one by one.
    function _offersKeepToWhatWasInherited() private view {
        for (uint256 id = 1; id <= licenses.totalOffers(); ++id) {
            ILicenseToken.Offer memory offer = licenses.offerOf(id);
            uint256[] memory parents = handler.madeWith(offer.workId);
            for (uint256 i = 0; i < parents.length; ++i) _keepsTo(id, offer, licenses.licenseOf(parents[i]));
        }
    }

    /// @dev A derivative's licenses end with the licenses it was made with, at the latest.
    function _licensesEndWithTheirParents() private view {
        for (uint256 id = 1; id <= licenses.totalLicenses(); ++id) {
            ILicenseToken.License memory license = licenses.licenseOf(id);
            uint256[] memory parents = handler.madeWith(license.workId);
            for (uint256 i = 0; i < parents.length; ++i) {
                uint256 end = licenses.licenseOf(parents[i]).expiresAt;
                if (end == 0) continue;
                vm.assertLe(license.expiresAt == 0 ? type(uint256).max : license.expiresAt, end, "outlives a parent");
            }
        }
    }

    /// @dev I12: an order is filled at most as often as it says, by whom it says, and not once it is over or changed.
    function _ordersAreUsedAsSigned() private view {
        vm.assertEq(handler.orderBroken() ? 1 : 0, 0, "I12: an order was filled against its words");
        for (uint256 i = 0; i < handler.ordersCount(); ++i) {
            (uint256 filled, uint256 supply) = handler.filledOf(i);
            if (supply != 0) vm.assertLe(filled, supply, "I12: filled too often");
        }
    }

    /// @dev One long crowd: all of the above holds after it, and it did meet what the rules are about.
    function test_aLongCrowdMeetsEveryRuleAndKeepsIt() public {
        for (uint256 i = 0; i < STEPS; ++i) _step(i);
        string[8] memory met = [
            "sold",
            "exclusive sold",
            "sale refused",
            "derived",
            "derivative offered",
            "offer refused",
            "order filled",
            "order refused"
        ];
        for (uint256 i = 0; i < met.length; ++i) {
            vm.assertLe(1, handler.happened(bytes32(bytes(met[i]))), string.concat("never happened: ", met[i]));
        }
        _recordsNeverChange();
        _soldWithinSupply();
        _exclusiveMeansOne();
        _offersKeepToWhatWasInherited();
        _licensesEndWithTheirParents();
        _ordersAreUsedAsSigned();
    }

    function _holdsNoMoney() private view {
        vm.assertEq(address(licenses).balance, 0, "coin is left in the token");
    }

    function _keepsTo(
        uint256 offerId,
        ILicenseToken.Offer memory offer,
        ILicenseToken.License memory parent
    ) private view {
        ILicenseToken.Terms memory given = licenses.termsOf(offer.termsId);
        ILicenseToken.Terms memory granted = licenses.termsOf(parent.termsId);
        vm.assertEq(given.flags & ~granted.flags & 5, 0, "offers a right it was not given");
        vm.assertEq(granted.flags & ~given.flags & 8, 0, "drops attribution");
        if (granted.flags & 16 != 0) {
            vm.assertEq(uint256(offer.termsId), uint256(parent.termsId), "other terms than the reciprocal ones");
            vm.assertEq(handler.overridden(offerId) ? 1 : 0, 0, "another share than the reciprocal terms'");
        }
        if (granted.flags & 1 == 0 && parent.derivativeShare == 0) {
            vm.assertEq(uint256(offer.price) + offer.derivativeShare, 0, "earns with what was given for nothing");
        }
        if (granted.territories != 0) {
            vm.assertEq(given.territories == 0 ? 1 : given.territories & ~granted.territories, 0, "reaches too far");
        }
        if (granted.channels != 0) {
            vm.assertEq(given.channels == 0 ? 1 : given.channels & ~granted.channels, 0, "by other means");
        }
    }

    function _step(uint256 i) private {
        uint256 a = uint256(keccak256(abi.encode("a", i)));
        uint256 b = uint256(keccak256(abi.encode("b", i)));
        uint256 c = uint256(keccak256(abi.encode("c", i)));
        uint256 choice = uint256(keccak256(abi.encode(i))) % 16;
        if (choice < 3) handler.setOffer(a, b, c, uint96(a >> 8), uint24(b >> 8));
        else if (choice < 6) handler.buy(a, b);
        else if (choice == 6) handler.sign(a, b, c, a >> 8);
        else if (choice < 9) handler.fill(a, b, c);
        else if (choice < 12) handler.derive(a, b);
        else if (choice == 12) handler.revoke(a);
        else if (choice == 13) handler.setBlocked(a, b % 2 == 0);
        else if (choice == 14) handler.passTime(a);
        else if (a % 4 == 0) handler.cancelNonce(b, c);
        else if (a % 4 == 1) handler.raiseCounter(b);
        else if (a % 4 == 2) handler.transferLicense(b, c);
        else handler.transferWork(b, c);
    }
}
