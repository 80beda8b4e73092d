// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseToken} from "../../contracts/interfaces/ILicenseToken.sol";
import {TermFlags} from "../../contracts/libraries/TermFlags.sol";
import {House} from "./House.sol";

/// @title Terms and sales, for any number.
contract LicenseTokenFuzzTest is House {
    address private constant ALICE = address(0xA11CE);

    uint256 private workId;

    function setUp() public {
        deployHouse();
        workId = registerRoot(ALICE, 1);
    }

    /// @dev Terms come back as they went in, or are refused for unknown bits or a share above the whole.
    function testFuzz_terms(uint16 flags, uint24 share, uint32 duration, bytes32 legalText) public {
        ILicenseToken.Terms memory terms = ILicenseToken.Terms(flags, share, duration, legalText, 0, 0, 0, 0);
        bool good = flags <= TermFlags.ALL && share <= PPM;
        if (!good) vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseTokenBadTerms.selector));
        bytes32 termsId = licenses.registerTerms(terms);
        if (!good) return;
        ILicenseToken.Terms memory stored = licenses.termsOf(termsId);
        vm.assertEq(uint256(keccak256(abi.encode(stored))), uint256(termsId), "terms changed");
    }

    /// @dev Only the exact price buys; all of it lands in the ledger for the work.
    function testFuzz_onlyTheExactPriceBuys(uint96 price, uint96 sent, uint96 limit) public {
        vm.prank(ALICE);
        uint256 offerId = licenses.setOffer(workId, remixTerms(0), coinOffer(price));
        vm.deal(address(this), sent);
        bool good = price <= limit && sent == price;
        if (!good) {
            uint256 received = price > limit ? limit : sent;
            vm.expectRevert(
                abi.encodeWithSelector(ILicenseToken.LicenseTokenWrongPayment.selector, uint256(price), received)
            );
        }
        licenses.buy{value: sent}(offerId, address(this), limit);
        if (good) _sold(price);
    }

    function testFuzz_paysThePriceToTheWork(uint96 price) public {
        vm.prank(ALICE);
        uint256 offerId = licenses.setOffer(workId, remixTerms(0), coinOffer(price));
        vm.deal(address(this), price);
        licenses.buy{value: price}(offerId, address(this), price);
        _sold(price);
    }

    function _sold(uint256 price) private view {
        vm.assertEq(ledger.claimable(workId, COIN), price, "claimable");
        vm.assertEq(address(ledger).balance, price, "held");
        vm.assertEq(address(licenses).balance, 0, "the token keeps nothing");
        vm.assertEq(licenses.totalLicenses(), 1, "licenses");
    }
}
