// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";

/// @title OperatorRegistry
/// @notice See `IOperatorRegistry`. Immutable, without an owner; stake moves only to its operator, or to the job market when a
/// job that locked it failed.
contract OperatorRegistry is IOperatorRegistry, ReentrancyGuardTransient {
    uint40 public constant UNBONDING_TIME = 7 days;

    address public immutable jobMarket;
    uint256 public immutable minimumStake;

    mapping(address operator => Operator) private _operators;

    constructor(address jobMarket_, uint256 minimumStake_) {
        jobMarket = jobMarket_;
        minimumStake = minimumStake_;
    }

    modifier onlyJobMarket() {
        require(msg.sender == jobMarket, OperatorRegistryNotJobMarket(msg.sender));
        _;
    }

    /// @inheritdoc IOperatorRegistry
    function register(bytes32 capability) external payable {
        Operator storage operator = _operators[msg.sender];
        require(!operator.registered, OperatorRegistryAlreadyRegistered(msg.sender));
        require(msg.value >= minimumStake, OperatorRegistryStakeTooLow(msg.value, minimumStake));
        operator.registered = true;
        operator.capability = capability;
        operator.stake = uint128(msg.value);
        emit OperatorRegistered(msg.sender, capability, msg.value);
    }

    /// @inheritdoc IOperatorRegistry
    function setCapability(bytes32 capability) external {
        _registered(msg.sender).capability = capability;
        emit CapabilitySet(msg.sender, capability);
    }

    /// @inheritdoc IOperatorRegistry
    function addStake() external payable {
        _registered(msg.sender).stake += uint128(msg.value);
        emit StakeAdded(msg.sender, msg.value);
    }

    /// @inheritdoc IOperatorRegistry
    function startUnbonding(uint128 amount) external {
        Operator storage operator = _registered(msg.sender);
        uint256 free = operator.stake - operator.locked;
        require(amount <= free, OperatorRegistryNotEnoughFree(free, amount));
        operator.stake -= amount;
        operator.unbonding += amount;
        operator.unbondsAt = uint40(block.timestamp) + UNBONDING_TIME;
        emit UnbondingStarted(msg.sender, amount, operator.unbondsAt);
    }

    /// @inheritdoc IOperatorRegistry
    function withdrawStake() external nonReentrant returns (uint256 amount) {
        Operator storage operator = _registered(msg.sender);
        require(block.timestamp >= operator.unbondsAt, OperatorRegistryStillBonded(operator.unbondsAt));
        amount = operator.unbonding;
        operator.unbonding = 0;
        emit StakeWithdrawn(msg.sender, amount);
        _send(msg.sender, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function lock(address operator, uint128 amount) external onlyJobMarket {
        Operator storage stored = _registered(operator);
        uint256 free = stored.stake - stored.locked;
        require(amount <= free, OperatorRegistryNotEnoughFree(free, amount));
        stored.locked += amount;
        emit StakeLocked(operator, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function release(address operator, uint128 amount, bool success) external onlyJobMarket {
        Operator storage stored = _operators[operator];
        stored.locked -= amount;
        if (success) stored.done += 1;
        else stored.failed += 1;
        emit StakeReleased(operator, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function slash(address operator, uint128 amount, address beneficiary) external onlyJobMarket nonReentrant {
        Operator storage stored = _operators[operator];
        stored.locked -= amount;
        stored.stake -= amount;
        stored.failed += 1;
        emit Slashed(operator, amount, beneficiary);
        _send(jobMarket, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function operatorOf(address operator) external view returns (Operator memory) {
        return _operators[operator];
    }

    /// @inheritdoc IOperatorRegistry
    function freeStake(address operator) external view returns (uint256) {
        return _operators[operator].stake - _operators[operator].locked;
    }

    function _registered(address operator) private view returns (Operator storage stored) {
        stored = _operators[operator];
        require(stored.registered, OperatorRegistryNotRegistered(operator));
    }

    function _send(address to, uint256 amount) private {
        (bool sent, ) = to.call{value: amount}("");
        require(sent, OperatorRegistryTransferFailed(to));
    }
}
