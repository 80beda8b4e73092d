// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Authority} from "../../contracts/access/Authority.sol";
import {IWorkRegistry} from "../../contracts/interfaces/IWorkRegistry.sol";
import {RoyaltyLedger} from "../../contracts/ledger/RoyaltyLedger.sol";
import {Addresses} from "../../contracts/libraries/Wiring.sol";
import {WithSig} from "../../contracts/periphery/WithSig.sol";
import {WorkRegistry} from "../../contracts/registry/WorkRegistry.sol";
import {EdgeLicenses} from "../../contracts/testing/EdgeLicenses.sol";
import {TestBase} from "./TestBase.sol";

/// @title Registry and ledger, with this contract in the place of the dispute module, of co-creation and of the admin.
abstract contract CoreHouse is TestBase {
    uint256 internal constant PPM = 1_000_000;
    address internal constant COIN = address(0);

    Authority internal authority;
    WithSig internal withSig;
    WorkRegistry internal works;
    EdgeLicenses internal licenses;
    RoyaltyLedger internal ledger;

    function deployCore() internal {
        uint256 nonce = vm.getNonce(address(this));
        licenses = new EdgeLicenses();
        Addresses memory house;
        house.licenses = address(licenses);
        house.authority = vm.computeCreateAddress(address(this), nonce + 1);
        house.withSig = vm.computeCreateAddress(address(this), nonce + 2);
        house.works = vm.computeCreateAddress(address(this), nonce + 3);
        house.ledger = vm.computeCreateAddress(address(this), nonce + 4);
        house.disputes = address(this);
        house.coCreations = address(this);
        authority = new Authority(house, address(this));
        withSig = new WithSig(house);
        works = new WorkRegistry(house);
        ledger = new RoyaltyLedger(house);
    }

    function registerRoot(address owner, uint256 seed) internal returns (uint256 workId) {
        IWorkRegistry.NewWork memory work = newWork(seed);
        vm.prank(owner);
        return works.register(work);
    }

    function newWork(uint256 seed) internal pure returns (IWorkRegistry.NewWork memory) {
        bytes32 digest = keccak256(abi.encode(seed));
        return IWorkRegistry.NewWork(digest, digest, digest, bytes32(0), 0, 1);
    }
}
