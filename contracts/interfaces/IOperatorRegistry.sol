// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Operators of generation nodes: who they are, what they offer, what they stake (chain's coin), how they did.
/// @notice Stake is free, locked (by running jobs, or as a verifier's bond) or unbonding. Jobs and checks can only take what they
/// locked; a verifier's penalty and a ruling on a result that was already paid reach free and unbonding stake too, so that
/// nobody escapes by starting to leave.
interface IOperatorRegistry {
    /// @param capability SHA-256 of the capability document (a raw IPFS block): endpoint, device, models, prices.
    /// @param stake Staked in total, wei, incl. what is locked; unbonding stake is not counted.
    /// @param locked Locked by running jobs and as the verifier's bond, wei.
    /// @param unbonding Being withdrawn, wei.
    /// @param unbondsAt Block time from which `unbonding` may be withdrawn.
    /// @param done Jobs settled.
    /// @param failed Jobs for which stake was slashed: not submitted in time, or found wrong. A dispute that nobody ruled counts
    /// in neither.
    /// @param slashed Times that stake was taken, for whatever reason.
    /// @param bond Part of `locked` that is the verifier's bond, wei; 0 = no verifier.
    /// @param settledValue Worth of the settled jobs since stake was last taken for a job, wei: what the tier goes by.
    /// @param slashedAmount Stake taken, all time, wei.
    struct Operator {
        bytes32 capability;
        uint128 stake;
        uint128 locked;
        uint128 unbonding;
        uint40 unbondsAt;
        uint32 done;
        uint32 failed;
        bool registered;
        uint32 slashed;
        uint128 bond;
        uint128 settledValue;
        uint128 slashedAmount;
    }

    event OperatorRegistered(address indexed operator, bytes32 capability, uint256 stake);
    event CapabilitySet(address indexed operator, bytes32 capability);
    event StakeAdded(address indexed operator, uint256 amount);
    event UnbondingStarted(address indexed operator, uint256 amount, uint40 unbondsAt);
    event StakeWithdrawn(address indexed operator, uint256 amount);
    event StakeLocked(address indexed operator, uint256 amount);
    event StakeReleased(address indexed operator, uint256 amount);
    /// @param beneficiary Whom the stake was taken for; who in the end is paid what, the taking contract says.
    event Slashed(address indexed operator, uint256 amount, address indexed beneficiary);
    /// @notice A verifier's bond is now so much; 0 = it verifies no more.
    event VerifierBondSet(address indexed operator, uint256 bond);
    /// @notice What a ruling took waits here for whom it was taken for.
    event RulingCredited(address indexed account, address indexed operator, uint256 amount);
    /// @notice A dispute keeps stake here until it ends, or at the latest until `until`.
    event StakeDisputed(uint256 indexed disputeId, address indexed operator, uint256 amount, uint40 until);
    event DisputedStakeReleased(uint256 indexed disputeId, address indexed operator, uint256 amount);
    event RulingCreditWithdrawn(address indexed account, address indexed to, uint256 amount);

    error OperatorRegistryAlreadyRegistered(address operator);
    error OperatorRegistryNotRegistered(address operator);
    error OperatorRegistryStakeTooLow(uint256 stake, uint256 minimum);
    error OperatorRegistryStakeTooHigh(uint256 stake);
    error OperatorRegistryNotEnoughFree(uint256 free, uint256 wanted);
    error OperatorRegistryStillBonded(uint40 unbondsAt);
    error OperatorRegistryNotJobMarket(address caller);
    error OperatorRegistryNotJobChecks(address caller);
    error OperatorRegistryNotDisputes(address caller);
    error OperatorRegistryAlreadyVerifier(address operator);
    error OperatorRegistryNotVerifier(address operator);
    error OperatorRegistryBondTooLow(uint256 bond, uint256 minimum);
    error OperatorRegistryTooManyVerifiers();
    error OperatorRegistryTransferFailed(address to);

    /// @notice Registers the caller with `msg.value` as stake (at least `minimumStake`).
    function register(bytes32 capability) external payable;

    function setCapability(bytes32 capability) external;

    function addStake() external payable;

    /// @notice Starts withdrawing free stake, which can be withdrawn 7 days later. What running jobs lock is not free, so
    /// unbonding never takes from what a job can slash.
    function startUnbonding(uint128 amount) external;

    function withdrawStake() external returns (uint256 amount);

    /// @notice Becomes a verifier: locks free stake as a bond, by which checks are drawn. At least `minimumBond`.
    function becomeVerifier(uint128 bond) external;

    /// @notice Verifies no more: the bond is free stake again. Checks that already drew the caller go on, and can still take their
    /// penalty from its stake, free or unbonding.
    function stopVerifying() external;

    /// @notice Pays out what rulings took for the caller.
    function withdrawRulingCredit(address to) external returns (uint256 amount);

    /// @notice Locks stake for a job. Only the job market.
    function lock(address operator, uint128 amount) external;

    /// @notice Releases jobs' stake. Only the job market.
    /// @param done Jobs among them that were settled.
    /// @param value Worth of those, wei.
    function release(address operator, uint128 amount, uint32 done, uint128 value) external;

    /// @notice Takes locked stake and sends it to the job market, which owes it to `beneficiary`. Only the job market.
    function slash(address operator, uint128 amount, address beneficiary) external;

    /// @notice Takes a verifier's penalty, from its bond first, then from free and unbonding stake, and sends it to the checks. A
    /// bond that falls below the minimum ends the verifying. Only the job checks.
    /// @return taken Less than `amount` when there was less.
    function penalize(address verifier, uint128 amount) external returns (uint256 taken);

    /// @notice Locks unbonding, then free stake, so that it is there when the dispute is ruled. Only the dispute module.
    /// @param until Seconds; afterwards anyone can release it.
    /// @return locked Less than `amount` when there was less.
    function lockForDispute(
        uint256 disputeId,
        address operator,
        uint128 amount,
        uint40 until
    ) external returns (uint256 locked);

    /// @notice Gives back what a dispute locks: what was unbonding goes on unbonding from where it was. The dispute module, and anyone
    /// after the lock's time. Does nothing when nothing is locked.
    function releaseForDispute(uint256 disputeId) external;

    /// @notice Takes free, then unbonding stake, for a fraud proven after the job was paid. Only the dispute module. The stake waits
    /// here for `beneficiary` (`withdrawRulingCredit`).
    /// @return taken Less than `amount` when there was less.
    function slashByRuling(address operator, uint128 amount, address beneficiary) external returns (uint256 taken);

    function operatorOf(address operator) external view returns (Operator memory);

    /// @notice Stake not locked, wei.
    function freeStake(address operator) external view returns (uint256);

    /// @notice Tier by settled value: 0 new, 1 from 100, 2 from 1,000 times the minimum stake.
    function tierOf(address operator) external view returns (uint8);

    /// @notice Draws distinct verifiers, each with a chance proportional to its bond among those not drawn or excluded yet.
    /// @param seed Random number.
    /// @param excluded Accounts that must not be drawn; those that are no verifiers are ignored.
    /// @return drawn `count` verifiers, or an empty list when there are fewer.
    function drawVerifiers(
        uint256 seed,
        uint256 count,
        address[] calldata excluded
    ) external view returns (address[] memory drawn);

    /// @notice Sum of all verifiers' bonds, wei.
    function totalBonds() external view returns (uint256);

    /// @notice What `withdrawRulingCredit` would pay, wei.
    function rulingCreditOf(address account) external view returns (uint256);

    function minimumStake() external view returns (uint256);

    function minimumBond() external view returns (uint256);
}
