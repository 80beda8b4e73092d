// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Jobs for generation nodes: escrow, accept, submit, settle, and an end for every job.
/// @notice Every state other than the three final ones has a deadline after which anybody can `poke` the job on.
interface IJobMarket {
    /// @dev Final: Settled, Refunded, Split.
    enum Status {
        None,
        Posted,
        Accepted,
        Submitted,
        Disputed,
        Settled,
        Refunded,
        Split
    }

    /// @param modelWork Work id of the model to run; its share of the price is paid to it at settlement.
    /// @param operator Only this operator may accept; zero = any.
    /// @param currency ERC-20 address, or zero for the chain's coin.
    /// @param price Escrowed, smallest units; greater than 0.
    /// @param specDigest SHA-256 of the job's specification (a raw IPFS block).
    /// @param acceptWithin Seconds from posting to the latest acceptance (60 s to 30 d).
    /// @param submitWithin Seconds from acceptance to the latest submission (10 s to 30 d).
    /// @param reviewWithin Seconds from submission in which the requester may settle or dispute (10 s to 30 d).
    /// @param verification 0 review by the requester; 1 bit-exact: anyone can re-execute the specification.
    struct NewJob {
        uint64 modelWork;
        address operator;
        address currency;
        uint96 price;
        bytes32 specDigest;
        uint32 acceptWithin;
        uint32 submitWithin;
        uint32 reviewWithin;
        uint8 verification;
    }

    /// @param outputHash SHA-256 of the output file.
    /// @param receiptDigest SHA-256 of the receipt document (a raw IPFS block): outputs, engine, operator.
    /// @param deadline Block time at which the present state times out.
    /// @param lockedStake Operator's stake held by this job, wei.
    /// @param modelShare Model's share of the price, ppm, as it was when the job was posted.
    struct Job {
        address requester;
        address operator;
        address currency;
        uint96 price;
        uint64 modelWork;
        uint24 modelShare;
        uint8 verification;
        Status status;
        uint40 deadline;
        uint32 submitWithin;
        uint32 reviewWithin;
        uint128 lockedStake;
        bytes32 specDigest;
        bytes32 outputHash;
        bytes32 receiptDigest;
    }

    event ModelShareSet(uint256 indexed modelWork, uint24 share);
    event JobPosted(
        uint256 indexed jobId,
        address indexed requester,
        uint256 indexed modelWork,
        address operator,
        address currency,
        uint96 price,
        uint24 modelShare,
        bytes32 specDigest,
        uint8 verification,
        uint40 deadline
    );
    event JobAccepted(uint256 indexed jobId, address indexed operator, uint40 deadline);
    event JobSubmitted(
        uint256 indexed jobId,
        address indexed operator,
        bytes32 outputHash,
        bytes32 receiptDigest,
        uint40 deadline
    );
    event JobDisputed(uint256 indexed jobId, bytes32 reasonDigest, uint40 deadline);
    event JobSettled(uint256 indexed jobId, address indexed operator, uint256 operatorAmount, uint256 modelAmount);
    event JobRefunded(uint256 indexed jobId, address indexed requester, uint256 amount, uint256 slashed);
    event JobSplit(uint256 indexed jobId, uint256 requesterAmount, uint256 operatorAmount);
    event Credited(address indexed account, address indexed currency, uint256 amount, uint256 indexed jobId);
    /// @notice A token refused the ledger: the model's part waits here for `payModel`.
    event ModelOwed(uint256 indexed modelWork, address indexed currency, uint256 amount, uint256 indexed jobId);
    event ModelPaid(uint256 indexed modelWork, address indexed currency, uint256 amount);
    event Withdrawn(address indexed account, address indexed currency, address indexed to, uint256 amount);

    error JobMarketUnknownJob(uint256 jobId);
    error JobMarketWrongStatus(uint256 jobId, Status status);
    error JobMarketBadWindow(uint32 window);
    error JobMarketBadPrice();
    error JobMarketWrongValue(uint256 expected, uint256 received);
    error JobMarketUnknownModel(uint256 modelWork);
    error JobMarketBadVerification(uint8 verification);
    error JobMarketNotRequester(uint256 jobId, address caller);
    error JobMarketNotOperator(uint256 jobId, address caller);
    error JobMarketNotArbitrator(address caller);
    error JobMarketNotModelOwner(uint256 modelWork, address caller);
    error JobMarketShareTooHigh(uint24 share);
    error JobMarketDeadlinePassed(uint256 jobId, uint40 deadline);
    error JobMarketNothingDue(uint256 jobId);
    error JobMarketTooManyJobs(uint256 count);
    error JobMarketTransferFailed(address to);

    /// @notice Sets the model's share of each future job's price, ppm (at most 500_000). Only the model work's owner.
    function setModelShare(uint256 modelWork, uint24 share) external;

    /// @notice Posts a job and escrows its price (coin sent, or ERC-20 taken from the caller).
    function post(NewJob calldata job) external payable returns (uint256 jobId);

    /// @notice Takes a posted job back before anyone accepted it. Only the requester.
    function cancel(uint256 jobId) external;

    /// @notice Accepts a job, locking stake worth a part of the price. A registered operator.
    function accept(uint256 jobId) external;

    /// @notice Submits the output's hash and the receipt. Only the accepting operator, before the deadline.
    function submit(uint256 jobId, bytes32 outputHash, bytes32 receiptDigest) external;

    /// @notice Pays operator and model. Only the requester while the review window is open; then `poke` does it.
    function settle(uint256 jobId) external;

    /// @notice Settles many submitted jobs of the caller; at most 64.
    function settleMany(uint256[] calldata jobIds) external;

    /// @notice Refuses a submission within the review window and hands the job to the arbitrator. Only the requester.
    function dispute(uint256 jobId, bytes32 reasonDigest) external;

    /// @notice Decides a disputed job. Only the arbitrator.
    function rule(uint256 jobId, bool operatorWins) external;

    /// @notice Moves a job whose deadline has passed to its end: unaccepted -> refunded; unsubmitted -> refunded and
    /// slashed; unreviewed -> settled; unruled -> split in half. Anyone.
    function poke(uint256 jobId) external;

    /// @notice Pays what `owedToModel` says into the ledger, for the model's work. Anyone. Does nothing when nothing is owed.
    function payModel(uint256 modelWork, address currency) external returns (uint256 amount);

    /// @notice Pays out what the caller is owed.
    function withdraw(address currency) external returns (uint256 amount);

    function withdrawTo(address currency, address to) external returns (uint256 amount);

    function jobOf(uint256 jobId) external view returns (Job memory);

    function totalJobs() external view returns (uint256);

    /// @notice What an account can withdraw.
    function creditOf(address account, address currency) external view returns (uint256);

    /// @notice A model's parts of jobs whose token refused the ledger when they were settled.
    function owedToModel(uint256 modelWork, address currency) external view returns (uint256);

    function modelShareOf(uint256 modelWork) external view returns (uint24);
}
