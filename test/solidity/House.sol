// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Authority} from "../../contracts/access/Authority.sol";
import {JobChecks} from "../../contracts/compute/JobChecks.sol";
import {JobMarket} from "../../contracts/compute/JobMarket.sol";
import {JobVouchers} from "../../contracts/compute/JobVouchers.sol";
import {OperatorRegistry} from "../../contracts/compute/OperatorRegistry.sol";
import {ILicenseToken} from "../../contracts/interfaces/ILicenseToken.sol";
import {IWorkRegistry} from "../../contracts/interfaces/IWorkRegistry.sol";
import {RoyaltyLedger} from "../../contracts/ledger/RoyaltyLedger.sol";
import {Addresses} from "../../contracts/libraries/Wiring.sol";
import {TermFlags} from "../../contracts/libraries/TermFlags.sol";
import {LicenseToken} from "../../contracts/licensing/LicenseToken.sol";
import {ObedientArbitrator} from "../../contracts/testing/ObedientArbitrator.sol";
import {WithSig} from "../../contracts/periphery/WithSig.sol";
import {WorkRegistry} from "../../contracts/registry/WorkRegistry.sol";
import {TestBase} from "./TestBase.sol";

/// @title The contracts, and works made in one line.
abstract contract House is TestBase {
    uint256 internal constant PPM = 1_000_000;
    uint128 internal constant MINIMUM_STAKE = 0.01 ether;
    address internal constant COIN = address(0);
    address internal constant REWARDS = address(0x4E3A4D5);
    address internal constant DISPUTES = address(0xD15);

    Authority internal authority;
    WithSig internal withSig;
    WorkRegistry internal works;
    LicenseToken internal licenses;
    RoyaltyLedger internal ledger;
    OperatorRegistry internal operators;
    JobMarket internal market;
    JobChecks internal checks;
    JobVouchers internal vouchers;
    ObedientArbitrator internal arbitrator;

    function deployHouse() internal {
        arbitrator = new ObedientArbitrator();
        uint256 nonce = vm.getNonce(address(this));
        Addresses memory house;
        house.authority = vm.computeCreateAddress(address(this), nonce);
        house.withSig = vm.computeCreateAddress(address(this), nonce + 1);
        house.works = vm.computeCreateAddress(address(this), nonce + 2);
        house.licenses = vm.computeCreateAddress(address(this), nonce + 3);
        house.ledger = vm.computeCreateAddress(address(this), nonce + 4);
        house.operators = vm.computeCreateAddress(address(this), nonce + 5);
        house.jobMarket = vm.computeCreateAddress(address(this), nonce + 6);
        house.jobChecks = vm.computeCreateAddress(address(this), nonce + 7);
        house.jobVouchers = vm.computeCreateAddress(address(this), nonce + 8);
        house.arbitrator = address(arbitrator);
        house.disputes = DISPUTES;
        house.rewards = REWARDS;
        authority = new Authority(house, address(this));
        withSig = new WithSig(house);
        works = new WorkRegistry(house);
        licenses = new LicenseToken(house);
        ledger = new RoyaltyLedger(house);
        operators = new OperatorRegistry(house, MINIMUM_STAKE);
        market = new JobMarket(house, MINIMUM_STAKE);
        checks = new JobChecks(house, MINIMUM_STAKE);
        vouchers = new JobVouchers(house);
    }

    /// @dev By the admin's own word, a week after announcing it.
    function setProtocolShare(uint24 share) internal {
        bytes memory call = abi.encodeCall(market.setProtocolShare, (share));
        authority.schedule(address(market), call, 0);
        vm.warp(block.timestamp + 8 days);
        authority.execute(address(market), call);
    }

    function registerRoot(address owner, uint8 kind) internal returns (uint256 id) {
        // Made before the prank, which lasts for one call only.
        IWorkRegistry.NewWork memory work = newWork(works.totalWorks() + 1, kind);
        vm.prank(owner);
        return works.register(work);
    }

    /// @dev A license to `parent` for nothing, held by `holder`.
    function freeLicense(uint256 parent, uint24 share, address holder) internal returns (uint256 licenseId) {
        address owner = works.ownerOf(parent);
        vm.prank(owner);
        uint256 offerId = licenses.setOffer(parent, remixTerms(share), freeOffer());
        return licenses.buy(offerId, holder, 0);
    }

    function newWork(uint256 seed, uint8 kind) internal pure returns (IWorkRegistry.NewWork memory) {
        bytes32 digest = keccak256(abi.encode(seed));
        return IWorkRegistry.NewWork(digest, digest, digest, bytes32(0), 0, kind);
    }

    function remixTerms(uint24 share) internal pure returns (ILicenseToken.Terms memory) {
        return plainTerms(TermFlags.COMMERCIAL | TermFlags.DERIVATIVES | TermFlags.TRANSFERABLE, share);
    }

    /// @dev Terms for ever, everywhere, without prose, not exclusive, with an absolute share.
    function plainTerms(uint16 flags, uint24 share) internal pure returns (ILicenseToken.Terms memory) {
        return ILicenseToken.Terms(flags, share, 0, bytes32(0), 0, 0, 0, 0);
    }

    function freeOffer() internal pure returns (ILicenseToken.OfferParams memory) {
        return coinOffer(0);
    }

    /// @dev An offer in the chain's coin without limits.
    function coinOffer(uint96 price) internal pure returns (ILicenseToken.OfferParams memory) {
        return ILicenseToken.OfferParams(COIN, price, 0, 0, 0);
    }
}
