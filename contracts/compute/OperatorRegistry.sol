// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";

/// @title Operators and their stake.
/// @notice Immutable and without roles: only the job market can lock and slash, and only what a running job locked.
/// @custom:invariant the balance is the sum of all stake and unbonding stake, and locked <= stake for every operator
/// (test/solidity/JobMarketInvariant.t.sol).
contract OperatorRegistry is IOperatorRegistry, ERC2771Context, ReentrancyGuardTransient {
    uint256 public constant UNBONDING_PERIOD = 7 days;

    address public immutable jobMarket;
    uint256 public immutable minimumStake;

    mapping(address operator => Operator) private _operators;

    modifier onlyJobMarket() {
        if (msg.sender != jobMarket) revert OperatorRegistryNotJobMarket(msg.sender);
        _;
    }

    /// @param minimumStake_ Stake an operator needs to register, wei.
    constructor(Addresses memory house, uint256 minimumStake_) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.operators);
        jobMarket = house.jobMarket;
        minimumStake = minimumStake_;
    }

    /// @inheritdoc IOperatorRegistry
    function register(bytes32 capability) external payable {
        Operator storage operator = _operators[_msgSender()];
        if (operator.registered) revert OperatorRegistryAlreadyRegistered(_msgSender());
        if (msg.value < minimumStake) revert OperatorRegistryStakeTooLow(msg.value, minimumStake);
        operator.registered = true;
        operator.capability = capability;
        operator.stake = uint128(msg.value);
        emit OperatorRegistered(_msgSender(), capability, msg.value);
    }

    /// @inheritdoc IOperatorRegistry
    function setCapability(bytes32 capability) external {
        _registered(_msgSender()).capability = capability;
        emit CapabilitySet(_msgSender(), capability);
    }

    /// @inheritdoc IOperatorRegistry
    function addStake() external payable {
        _registered(_msgSender()).stake += uint128(msg.value);
        emit StakeAdded(_msgSender(), msg.value);
    }

    /// @inheritdoc IOperatorRegistry
    function startUnbonding(uint128 amount) external {
        Operator storage operator = _registered(_msgSender());
        _requireFree(operator, amount);
        uint40 unbondsAt = uint40(block.timestamp + UNBONDING_PERIOD);
        operator.stake -= amount;
        operator.unbonding += amount;
        operator.unbondsAt = unbondsAt;
        emit UnbondingStarted(_msgSender(), amount, unbondsAt);
    }

    /// @inheritdoc IOperatorRegistry
    function withdrawStake() external nonReentrant returns (uint256 amount) {
        Operator storage operator = _registered(_msgSender());
        if (block.timestamp < operator.unbondsAt) revert OperatorRegistryStillBonded(operator.unbondsAt);
        amount = operator.unbonding;
        operator.unbonding = 0;
        emit StakeWithdrawn(_msgSender(), amount);
        _send(_msgSender(), amount);
    }

    /// @inheritdoc IOperatorRegistry
    function lock(address operator, uint128 amount) external onlyJobMarket {
        Operator storage stored = _registered(operator);
        _requireFree(stored, amount);
        stored.locked += amount;
        emit StakeLocked(operator, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function release(address operator, uint128 amount, bool success) external onlyJobMarket {
        Operator storage stored = _operators[operator];
        stored.locked -= amount;
        if (success) stored.done += 1;
        emit StakeReleased(operator, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function slash(address operator, uint128 amount, address beneficiary) external onlyJobMarket nonReentrant {
        Operator storage stored = _operators[operator];
        stored.locked -= amount;
        stored.stake -= amount;
        stored.failed += 1;
        emit Slashed(operator, amount, beneficiary);
        _send(msg.sender, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function operatorOf(address operator) external view returns (Operator memory) {
        return _operators[operator];
    }

    /// @inheritdoc IOperatorRegistry
    function freeStake(address operator) external view returns (uint256) {
        Operator storage stored = _operators[operator];
        return stored.stake - stored.locked;
    }

    function _send(address to, uint256 amount) private {
        (bool sent, ) = to.call{value: amount}("");
        if (!sent) revert OperatorRegistryTransferFailed(to);
    }

    function _registered(address operator) private view returns (Operator storage stored) {
        stored = _operators[operator];
        if (!stored.registered) revert OperatorRegistryNotRegistered(operator);
    }

    function _requireFree(Operator storage operator, uint256 wanted) private view {
        uint256 free = operator.stake - operator.locked;
        if (wanted > free) revert OperatorRegistryNotEnoughFree(free, wanted);
    }
}
