// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Pools of training data: works of kind dataset pool, whose owner's share goes to those who contributed data.
/// @notice Contributors join by their own call, under training terms and with the least share of a model's revenue that they accept;
/// the steward admits them. What the pool earned is given out by roots (`IBondedRoots`, the stream is the pool's work): a
/// Merkle root of amounts, or the hash of a list of at most 64 payees and parts, which then shares each income as it comes in.
interface IDatasetPool {
    /// @param floor Least share of a model's revenue, ppm.
    /// @param contribution SHA-256 of the manifest of what he contributes, a raw IPFS block.
    /// @param admitted Whether the steward admitted him.
    /// @param joinedAt Block time; 0 = never joined.
    /// @param leftAt Block time; 0 = has not left.
    struct Member {
        uint24 floor;
        bool admitted;
        uint40 joinedAt;
        uint40 leftAt;
        bytes32 contribution;
    }

    /// @param floor The largest floor of its members, ppm: what its offers must ask at least.
    /// @param maxFloor The largest floor that a member may ask, ppm.
    /// @param membersSince Block time from which the manifest must date for new offers: the last member left then.
    /// @param manifestAt Block time of the last accepted manifest's posting.
    /// @param payees Hash of the list that shares income as it comes in; 0 = Merkle roots do.
    struct Pool {
        uint24 floor;
        uint24 maxFloor;
        uint40 membersSince;
        uint40 manifestAt;
        bytes32 payees;
    }

    event MemberJoined(uint256 indexed poolId, address indexed member, uint24 floor, bytes32 contribution);
    event MemberAdmitted(uint256 indexed poolId, address indexed member, uint24 floor);
    /// @notice The pool's offers are closed; licenses sold stay.
    event MemberLeft(uint256 indexed poolId, address indexed member);
    event PoolSettings(uint256 indexed poolId, uint24 maxFloor);
    event PayeesSet(uint256 indexed poolId, bytes32 payees);
    event IncomeShared(uint256 indexed poolId, address indexed currency, uint256 amount);

    error DatasetPoolNotDataset(uint256 workId);
    error DatasetPoolBadFloor(uint24 floor, uint24 maxFloor);
    error DatasetPoolAlreadyMember(uint256 poolId, address account);
    error DatasetPoolNotMember(uint256 poolId, address account);
    /// @notice Offers need terms that allow training and derivatives, in absolute mode, for the floor at least.
    error DatasetPoolBadTerms(uint256 poolId, uint24 floor);
    /// @notice A member left: a manifest without him must be accepted before licenses are offered again.
    error DatasetPoolOldManifest(uint256 poolId, uint40 membersSince);
    error DatasetPoolTooManyOffers(uint256 poolId);
    error DatasetPoolNotThePayees(uint256 poolId);
    error DatasetPoolBadPayees();

    /// @notice Takes the caller's dataset work (approve this contract first); what it earned in `currencies` is paid to him first.
    /// @param openOffers Offers of the work to close, at most 8: they were made without members.
    function deposit(
        uint256 workId,
        address steward,
        uint24 maxFloor,
        address[] calldata currencies,
        uint256[] calldata openOffers
    ) external;

    /// @notice Gives the pool to another steward. Only the steward.
    function setSteward(uint256 poolId, address steward) external;

    /// @notice Joins: agrees that the contribution is licensed for training, for `floor` ppm of a model's revenue at least.
    function join(uint256 poolId, uint24 floor, bytes32 contribution) external;

    /// @notice Admits who joined. Only the steward.
    function admit(uint256 poolId, address account) external;

    /// @notice Leaves. An admitted member's leaving closes the pool's offers; he keeps what he earned and what sold licenses earn.
    function leavePool(uint256 poolId) external;

    /// @notice Posts a Merkle root of what members earned, all time; `msg.value` is the bond. Only the steward. Counts after 7 days.
    /// @param manifest SHA-256 of the manifest with the weights.
    function postRoot(
        uint256 poolId,
        bytes32 root,
        bytes32 manifest,
        address[] calldata currencies,
        uint256[] calldata totals
    ) external payable returns (uint256 index);

    /// @notice Posts a list of members who share each income from then on, at most 64; ppm sum to a million. As `postRoot`.
    function postPayees(
        uint256 poolId,
        address[] calldata payees,
        uint24[] calldata ppm,
        bytes32 manifest
    ) external payable returns (uint256 index);

    /// @notice Brings in what the ledger owes the pool, for Merkle roots to give out. Anyone.
    function collect(uint256 poolId, address currency) external returns (uint256 amount);

    /// @notice As `collect`, and credits it to the payees in force, which the arrays must be. Anyone.
    function collectFor(
        uint256 poolId,
        address currency,
        address[] calldata payees,
        uint24[] calldata ppm
    ) external returns (uint256 amount);

    function poolOf(uint256 poolId) external view returns (Pool memory);

    function memberOf(uint256 poolId, address account) external view returns (Member memory);

    /// @notice What was collected for Merkle roots, all time.
    function collectedOf(uint256 poolId, address currency) external view returns (uint256);

    /// @notice Offers that are closed when a member leaves.
    function openOffersOf(uint256 poolId) external view returns (uint256[] memory);
}
