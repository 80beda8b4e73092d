// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Operators of generation nodes: who they are, what they offer, what they stake (chain's coin).
interface IOperatorRegistry {
    /// @param capability SHA-256 of the capability document (a raw IPFS block): endpoint, device, models, prices.
    /// @param stake Staked in total, wei, incl. what jobs lock; unbonding stake is not counted.
    /// @param locked Locked by running jobs, wei.
    /// @param unbonding Being withdrawn, wei.
    /// @param unbondsAt Block time from which `unbonding` may be withdrawn.
    /// @param done Jobs settled.
    /// @param failed Jobs for which stake was slashed. A dispute that nobody ruled counts in neither.
    struct Operator {
        bytes32 capability;
        uint128 stake;
        uint128 locked;
        uint128 unbonding;
        uint40 unbondsAt;
        uint32 done;
        uint32 failed;
        bool registered;
    }

    event OperatorRegistered(address indexed operator, bytes32 capability, uint256 stake);
    event CapabilitySet(address indexed operator, bytes32 capability);
    event StakeAdded(address indexed operator, uint256 amount);
    event UnbondingStarted(address indexed operator, uint256 amount, uint40 unbondsAt);
    event StakeWithdrawn(address indexed operator, uint256 amount);
    event StakeLocked(address indexed operator, uint256 amount);
    event StakeReleased(address indexed operator, uint256 amount);
    event Slashed(address indexed operator, uint256 amount, address indexed beneficiary);

    error OperatorRegistryAlreadyRegistered(address operator);
    error OperatorRegistryNotRegistered(address operator);
    error OperatorRegistryStakeTooLow(uint256 stake, uint256 minimum);
    error OperatorRegistryNotEnoughFree(uint256 free, uint256 wanted);
    error OperatorRegistryStillBonded(uint40 unbondsAt);
    error OperatorRegistryNotJobMarket(address caller);
    error OperatorRegistryTransferFailed(address to);

    /// @notice Registers the caller with `msg.value` as stake (at least `minimumStake`).
    function register(bytes32 capability) external payable;

    function setCapability(bytes32 capability) external;

    function addStake() external payable;

    /// @notice Starts withdrawing free stake, which can be withdrawn 7 days later. What running jobs lock is not free, so
    /// unbonding never takes from what a job can slash.
    function startUnbonding(uint128 amount) external;

    function withdrawStake() external returns (uint256 amount);

    /// @notice Locks stake for a job. Only the job market.
    function lock(address operator, uint128 amount) external;

    /// @notice Releases a job's stake, and counts the job as done if it was a success. Only the job market.
    function release(address operator, uint128 amount, bool success) external;

    /// @notice Takes locked stake and sends it to the job market, which owes it to `beneficiary`. Only the job market.
    function slash(address operator, uint128 amount, address beneficiary) external;

    function operatorOf(address operator) external view returns (Operator memory);

    /// @notice Stake not locked by jobs, wei.
    function freeStake(address operator) external view returns (uint256);

    function minimumStake() external view returns (uint256);
}
