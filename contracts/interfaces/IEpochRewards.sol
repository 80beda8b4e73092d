// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Weekly rewards from the protocol's fees and from whoever adds to them, by a formula that anyone can recompute.
/// @notice The root of an epoch is posted by anyone with a bond, as `IBondedRoots` has it, in stream 0. Half of a reward is credited
/// at once, half vests linearly over 26 weeks from the end of the epoch, after a cliff of 4.
interface IEpochRewards {
    /// @param amount Vests in all, smallest units.
    /// @param released Credited of it.
    /// @param start Block time from which it vests.
    struct Tranche {
        uint128 amount;
        uint128 released;
        uint40 start;
    }

    event Funded(address indexed currency, address indexed source, uint256 amount, uint256 total);
    /// @param digest SHA-256 of the document that states the formula, a raw IPFS block.
    event FormulaAnnounced(uint32 indexed version, bytes32 digest, uint32 fromEpoch);
    event TrancheAdded(
        address indexed account,
        address indexed currency,
        uint256 indexed tranche,
        uint256 amount,
        uint40 start
    );
    event TrancheReleased(address indexed account, address indexed currency, uint256 indexed tranche, uint256 amount);

    error EpochRewardsNotEnded(uint32 epoch);
    error EpochRewardsOldEpoch(uint32 epoch, uint32 last);
    error EpochRewardsWrongValue(uint256 expected, uint256 received);
    error EpochRewardsNotSource(address source);
    error EpochRewardsEmptyFormula();
    error EpochRewardsTooMany(uint256 count);

    /// @notice Posts the root of an epoch that is over; `msg.value` is the bond.
    /// @param inputs SHA-256 of the document with the inputs of the formula in force in that epoch.
    /// @param currencies Currencies that the root pays, and
    /// @param totals what it pays of each in all, all time: not more than what was funded by now.
    function post(
        uint32 epoch,
        bytes32 root,
        bytes32 inputs,
        address[] calldata currencies,
        uint256[] calldata totals
    ) external payable returns (uint256 index);

    /// @notice Adds to the rewards. Coin: `msg.value == amount`.
    function fund(address currency, uint256 amount) external payable;

    /// @notice Brings in the protocol's credit with a contract of the set that takes fees, or the verifiers' penalties of the job
    /// checks, which are coin whatever the currency. Anyone.
    function collect(address source, address currency) external returns (uint256 amount);

    /// @notice Counts what was sent here without a call. Anyone.
    function sync(address currency) external returns (uint256 amount);

    /// @notice Credits what has vested of tranches. Anyone; at most 64.
    function release(address account, address currency, uint256[] calldata tranches) external returns (uint256 amount);

    /// @notice States the formula of epochs to come, from the one after the next. Only PARAMS: no epoch that has begun
    /// changes its rule.
    function announceFormula(bytes32 digest) external;

    /// @notice Version and document of the formula that holds in an epoch.
    function formulaOf(uint32 epoch) external view returns (uint32 version, bytes32 digest);

    /// @notice Epochs are counted from the deployment, 7 days each; this one is still open.
    function currentEpoch() external view returns (uint32);

    function lastEpoch() external view returns (uint32);

    /// @notice What came in, all time.
    function fundedOf(address currency) external view returns (uint256);

    function tranchesOf(address account, address currency) external view returns (Tranche[] memory);
}
