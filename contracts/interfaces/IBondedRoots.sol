// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IArbitrable} from "./IArbitrable.sol";
import {IEvidence} from "./IEvidence.sol";

/// @title Cumulative Merkle roots of what accounts have earned, posted with a bond and open to a bonded challenge.
/// @notice A root counts after its challenge period and not before, and never takes back what an earlier one gave: proofs of
/// every accepted root stay good. A leaf is keccak256(keccak256(abi.encode(account, currency, amount, all time))).
/// No root can give out more than the totals it was posted with, which can't exceed what had come in by then.
interface IBondedRoots is IArbitrable, IEvidence {
    /// @dev Posted: open to challenge. Challenged: the arbitrator is to be asked. Arbitrating: waits for the ruling.
    enum RoundStatus {
        None,
        Posted,
        Challenged,
        Arbitrating,
        Accepted,
        Rejected
    }

    /// @param root Merkle root, or what else the contract pays by.
    /// @param inputs SHA-256 of the document it was computed from, a raw IPFS block.
    /// @param epoch What the root is for, in the contract's own count.
    /// @param deadline Block time at which the step ends.
    /// @param bond What poster and challenger put in each, wei.
    /// @param pot What both put in, less what the arbitrator was paid, wei; zero when it was given out.
    struct Round {
        bytes32 root;
        bytes32 inputs;
        address poster;
        uint40 deadline;
        uint32 epoch;
        RoundStatus status;
        address challenger;
        uint96 bond;
        uint96 pot;
        uint40 postedAt;
        uint256 caseId;
    }

    /// @param stream What is paid from: a pool's work, or 0.
    event RootPosted(
        uint256 indexed stream,
        uint256 indexed index,
        bytes32 root,
        bytes32 inputs,
        uint32 epoch,
        address indexed poster,
        address[] currencies,
        uint256[] totals,
        uint40 acceptedAfter
    );
    event RootChallenged(uint256 indexed stream, uint256 indexed index, address indexed challenger, bytes32 reason);
    event RootArbitration(uint256 indexed stream, uint256 indexed index, uint256 caseId, uint256 cost);
    event RootAccepted(uint256 indexed stream, uint256 indexed index, bytes32 root);
    event RootRejected(uint256 indexed stream, uint256 indexed index, bytes32 root);
    event ShareClaimed(
        uint256 indexed stream,
        address indexed account,
        address indexed currency,
        uint256 amount,
        uint256 total
    );
    event Credited(address indexed account, address indexed currency, uint256 amount);
    event Withdrawn(address indexed account, address indexed currency, address indexed to, uint256 amount);

    error BondedRootsEmptyRoot();
    error BondedRootsWrongBond(uint256 expected, uint256 received);
    error BondedRootsBadTotals(address currency, uint256 total, uint256 funded);
    error BondedRootsTooMany(uint256 count, uint256 limit);
    error BondedRootsUnknownRound(uint256 stream, uint256 index);
    error BondedRootsWrongStatus(uint256 stream, uint256 index, RoundStatus status);
    error BondedRootsTooLate(uint256 stream, uint256 index, uint40 deadline);
    error BondedRootsNothingDue(uint256 stream, uint256 index);
    error BondedRootsNotArbitrator(address caller, uint256 caseId);
    error BondedRootsBadProof(address account, address currency, uint256 total);
    error BondedRootsNothingNew(address account, address currency, uint256 total);
    /// @notice The root's total, or what all roots allow, is given out.
    error BondedRootsOverdrawn(address currency, uint256 wanted, uint256 allowed);
    error BondedRootsLongEvidence(uint256 length);

    /// @notice Challenges a posted root with a bond of the same size. Anyone, in the challenge period.
    /// @param reason SHA-256 of a document that says what is wrong.
    function challenge(uint256 stream, uint256 index, bytes32 reason) external payable;

    /// @notice Asks the arbitrator, who is paid from the bonds. Anyone, in 3 days after the challenge.
    function startArbitration(uint256 stream, uint256 index) external;

    /// @notice Ends a step whose time is over. Anyone. Not challenged: accepted. Arbitrator not asked or silent for 30 days:
    /// rejected, and what is left of the bonds goes back, half each.
    function poke(uint256 stream, uint256 index) external;

    /// @notice Brings evidence about a challenged root. Anyone.
    function submitEvidence(uint256 stream, uint256 index, string calldata uri) external;

    /// @notice Gives an account what a leaf of an accepted root says, less what it was given before, as far as the root's own total
    /// in the currency, and what all accepted roots allow, leave any. Anyone. So a wrong root that nobody challenged costs at most what had
    /// come in when it was posted.
    function claim(
        uint256 stream,
        uint256 index,
        address account,
        address currency,
        uint256 total,
        bytes32[] calldata proof
    ) external returns (uint256 amount);

    /// @notice Pays the caller's credit.
    function withdraw(address currency) external returns (uint256 amount);

    function withdrawTo(address currency, address to) external returns (uint256 amount);

    function creditOf(address account, address currency) external view returns (uint256);

    function roundOf(uint256 stream, uint256 index) external view returns (Round memory);

    function totalRounds(uint256 stream) external view returns (uint256);

    /// @notice What an account was given from a stream, all time.
    function claimedOf(uint256 stream, address account, address currency) external view returns (uint256);

    /// @notice What accepted roots allow to be given out of a stream, all time.
    function allowedOf(uint256 stream, address currency) external view returns (uint256);

    /// @notice What was given out of a stream, all time.
    function givenOf(uint256 stream, address currency) external view returns (uint256);
}
