// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IDisputeModule} from "../interfaces/IDisputeModule.sol";
import {IEpochRewards} from "../interfaces/IEpochRewards.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {NewIds} from "./NewIds.sol";

/// @title Who may call the few restricted functions, and how long everybody is warned before.
/// @notice No restricted function of the set moves anybody's money, stops a payment out, or changes what was sold. Parameters
/// have bounds in the code and change 3 days after they were announced; lists of adapters 7 days after; roles 7 days after.
/// Pausers act at once, but what they can do ends by itself (see `NewIds`).
contract Authority is AccessManager {
    /// @notice Sets bounded parameters, 3 days after announcing them.
    uint64 public constant PARAMS = 1;
    /// @notice Adds and removes adapters for new objects, 7 days after announcing it.
    uint64 public constant MODULES = 2;
    /// @notice Pauses new objects for a bounded time.
    uint64 public constant PAUSER = 3;
    /// @notice Cancels what PARAMS and MODULES announced.
    uint64 public constant GUARDIAN = 4;

    uint32 public constant PARAMS_DELAY = 3 days;
    uint32 public constant MODULES_DELAY = 7 days;
    uint32 public constant ADMIN_DELAY = 7 days;

    /// @param admin Holds every role at first, and can grant them to others with a week's notice.
    constructor(Addresses memory house, address admin) AccessManager(admin) {
        Wiring.requireSame(address(this), house.authority);
        _grantRole(PARAMS, admin, 0, PARAMS_DELAY);
        _grantRole(MODULES, admin, 0, MODULES_DELAY);
        _grantRole(PAUSER, admin, 0, 0);
        _grantRole(GUARDIAN, admin, 0, 0);
        _setRoleGuardian(PARAMS, GUARDIAN);
        _setRoleGuardian(MODULES, GUARDIAN);
        // A contract that makes no new objects has no pause, and no use for the role.
        _letPause(house.works);
        _letPause(house.licenses);
        _letPause(house.jobMarket);
        _letPause(house.auctions);
        _setTargetFunctionRole(house.jobMarket, IJobMarket.setProtocolShare.selector, PARAMS);
        _setTargetFunctionRole(house.marketplace, ISettlement.setProtocolFee.selector, PARAMS);
        _setTargetFunctionRole(house.auctions, ISettlement.setProtocolFee.selector, PARAMS);
        _setTargetFunctionRole(house.disputes, IDisputeModule.setBondRule.selector, PARAMS);
        _setTargetFunctionRole(house.rewards, IEpochRewards.announceFormula.selector, PARAMS);
        _setTargetFunctionRole(house.disputes, IDisputeModule.setArbitrator.selector, MODULES);
        // Last: the admin's own word takes a week from here on.
        _grantRole(ADMIN_ROLE, admin, 0, ADMIN_DELAY);
    }

    function _letPause(address target) private {
        _setTargetFunctionRole(target, NewIds.pause.selector, PAUSER);
        _setTargetFunctionRole(target, NewIds.unpause.selector, PAUSER);
    }
}
