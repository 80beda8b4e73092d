// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Authority} from "../../contracts/access/Authority.sol";
import {CommitteeArbitrator} from "../../contracts/disputes/CommitteeArbitrator.sol";
import {ILicenseToken} from "../../contracts/interfaces/ILicenseToken.sol";
import {IWorkRegistry} from "../../contracts/interfaces/IWorkRegistry.sol";
import {RoyaltyLedger} from "../../contracts/ledger/RoyaltyLedger.sol";
import {TermFlags} from "../../contracts/libraries/TermFlags.sol";
import {Addresses} from "../../contracts/libraries/Wiring.sol";
import {LicenseToken} from "../../contracts/licensing/LicenseToken.sol";
import {WithSig} from "../../contracts/periphery/WithSig.sol";
import {WorkRegistry} from "../../contracts/registry/WorkRegistry.sol";
import {TestBase} from "./TestBase.sol";

/// @dev What these tests use beside `TestBase`'s cheat codes.
interface VmRoll {
    function roll(uint256 number) external;
}

/// @title What disputes and incentives stand on, real contracts all, and works made in one line.
/// @dev A handler deploys the one contract it is about next; its address is predicted under each of their names.
abstract contract DisputeHouse is TestBase {
    address internal constant COIN = address(0);
    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);
    address internal constant CAROL = address(0xCA401);
    address internal constant DAVE = address(0xDA5E);
    uint96 internal constant SEAT_STAKE = 0.1 ether;
    uint96 internal constant JUROR_FEE = 0.001 ether;
    uint96 internal constant MINIMUM_BOND = 0.01 ether;
    uint96 internal constant ROOT_BOND = 0.1 ether;

    WorkRegistry internal works;
    LicenseToken internal licenses;
    RoyaltyLedger internal ledger;
    CommitteeArbitrator internal committee;
    uint256 private _seed;

    /// @dev The rest of the set is deployed by the handler that uses it, in the order of `_addresses`.
    function deployHouse() internal returns (Addresses memory house) {
        house = _addresses();
        new Authority(house, address(this));
        new WithSig(house);
        works = new WorkRegistry(house);
        licenses = new LicenseToken(house);
        ledger = new RoyaltyLedger(house);
        committee = new CommitteeArbitrator(house, SEAT_STAKE, JUROR_FEE);
    }

    function _addresses() private view returns (Addresses memory house) {
        uint256 nonce = vm.getNonce(address(this));
        house.authority = _predict(nonce);
        house.withSig = _predict(nonce + 1);
        house.works = _predict(nonce + 2);
        house.licenses = _predict(nonce + 3);
        house.ledger = _predict(nonce + 4);
        house.arbitrator = _predict(nonce + 5);
        house.disputes = _predict(nonce + 6);
        house.workShares = _predict(nonce + 6);
        house.datasetPool = _predict(nonce + 6);
        house.rewards = _predict(nonce + 6);
    }

    /// @dev An image whose content unit is `content`.
    function registerWork(address owner, uint64 content, uint8 kind) internal returns (uint256) {
        IWorkRegistry.NewWork memory work = _newWork(content, kind);
        vm.prank(owner);
        return works.register(work);
    }

    function registerChild(uint256 parent, uint24 share, address owner) internal returns (uint256) {
        address parentOwner = works.ownerOf(parent);
        vm.prank(parentOwner);
        uint256 offer = licenses.setOffer(parent, terms(share), ILicenseToken.OfferParams(COIN, 0, 0, 0, 0));
        uint256[] memory licenseIds = new uint256[](1);
        licenseIds[0] = licenses.buy(offer, owner, 0);
        IWorkRegistry.NewWork memory work = _newWork(uint64(~_seed), 1);
        vm.prank(owner);
        return works.registerDerivative(work, licenseIds);
    }

    function payWork(uint256 workId, uint256 amount) internal {
        vm.deal(address(this), amount);
        ledger.pay{value: amount}(workId, COIN, amount);
    }

    function terms(uint24 share) internal pure returns (ILicenseToken.Terms memory) {
        uint16 flags = TermFlags.DERIVATIVES | TermFlags.TRANSFERABLE | TermFlags.TRAINING;
        return ILicenseToken.Terms(flags, share, 0, bytes32(0), 0, 0, 0, 0);
    }

    function _newWork(uint64 content, uint8 kind) private returns (IWorkRegistry.NewWork memory) {
        bytes32 digest = keccak256(abi.encode("work", ++_seed));
        bytes32 body = bytes32((uint256(1) << 192) | (uint256(content) << 128) | 7);
        return IWorkRegistry.NewWork(digest, body, digest, bytes32(0), 0x5105, kind);
    }

    function _predict(uint256 nonce) private view returns (address) {
        return vm.computeCreateAddress(address(this), nonce);
    }
}
