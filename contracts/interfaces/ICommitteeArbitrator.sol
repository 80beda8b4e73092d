// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IArbitrable} from "./IArbitrable.sol";
import {IArbitrator} from "./IArbitrator.sol";

/// @title Staked jurors, drawn in proportion to stake, who vote by commit and reveal; strict majority of the panel rules.
/// @notice Without owner and without roles. A case ends whatever jurors do: no panel or no majority is ruling 0.
interface ICommitteeArbitrator is IArbitrator {
    enum Phase {
        None,
        Drawing,
        Voting,
        Executed
    }

    /// @param stake Staked, wei, incl. what seats lock; what is leaving is not counted.
    /// @param locked Locked by seats in cases that are not executed, wei.
    /// @param leaving Being withdrawn, wei.
    /// @param leavesAt Block time from which `leaving` may be withdrawn.
    /// @param seat Number of the juror's place in the draw, from 1; 0 = never joined.
    struct Juror {
        uint96 stake;
        uint96 locked;
        uint64 seat;
        uint96 leaving;
        uint40 leavesAt;
    }

    /// @param arbitrable Who asked, and is called back.
    /// @param choices Number of choices.
    /// @param size Jurors wanted, later jurors on the panel.
    /// @param committed Jurors who committed.
    /// @param revealed Jurors who revealed.
    /// @param phase Where the case is. Voting is committing until `commitUntil`, revealing until `revealUntil`.
    /// @param drawBlock The block whose hash draws the panel.
    /// @param fee Paid by the arbitrable, wei.
    /// @param partyA Kept from the panel; shares the fee with `partyB` if nobody earned it.
    /// @param ruling Valid once executed.
    /// @param delivered Whether the arbitrable took the ruling.
    struct Case {
        address arbitrable;
        uint8 choices;
        uint8 size;
        uint8 committed;
        uint8 revealed;
        uint8 ruling;
        Phase phase;
        bool delivered;
        uint40 commitUntil;
        uint40 revealUntil;
        uint64 drawBlock;
        uint96 fee;
        address partyA;
        address partyB;
    }

    event JurorStaked(address indexed juror, uint256 amount, uint256 stake);
    event JurorLeaving(address indexed juror, uint256 amount, uint40 leavesAt);
    event JurorStakeWithdrawn(address indexed juror, uint256 amount);
    event JurorPenalized(uint256 indexed caseId, address indexed juror, uint256 amount);
    event JurorDrawn(uint256 indexed caseId, address indexed juror);
    event PanelDrawn(uint256 indexed caseId, uint256 size, uint40 commitUntil, uint40 revealUntil);
    /// @notice The hash of the drawing block was out of reach; another block draws.
    event DrawMoved(uint256 indexed caseId, uint64 drawBlock);
    event VoteCommitted(uint256 indexed caseId, address indexed juror);
    event VoteRevealed(uint256 indexed caseId, address indexed juror, uint256 choice);
    event CaseExecuted(uint256 indexed caseId, uint256 ruling, uint256 votes, uint256 panel);
    /// @notice The arbitrable refused the ruling; anyone may `deliver` it again.
    event RulingUndelivered(uint256 indexed caseId, address indexed arbitrable);
    event Credited(address indexed account, uint256 amount, uint256 indexed caseId);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);

    error CommitteeArbitratorWrongValue(uint256 expected, uint256 received);
    error CommitteeArbitratorBadChoices(uint256 choices);
    error CommitteeArbitratorBadSize(uint256 size);
    error CommitteeArbitratorStakeTooLow(uint256 stake, uint256 minimum);
    error CommitteeArbitratorFull();
    error CommitteeArbitratorNotEnoughFree(uint256 free, uint256 wanted);
    error CommitteeArbitratorStillLeaving(uint40 leavesAt);
    error CommitteeArbitratorUnknownCase(uint256 caseId);
    error CommitteeArbitratorWrongPhase(uint256 caseId, Phase phase);
    error CommitteeArbitratorTooEarly(uint256 caseId);
    error CommitteeArbitratorTooLate(uint256 caseId);
    /// @notice Cases wait for their draw from the stakes as they are: call `draw` first.
    error CommitteeArbitratorDrawsDue(uint256 caseId);
    error CommitteeArbitratorNoDrawDue();
    error CommitteeArbitratorNotOnPanel(uint256 caseId, address account);
    error CommitteeArbitratorAlreadyCommitted(uint256 caseId, address juror);
    error CommitteeArbitratorWrongReveal(uint256 caseId, address juror);
    error CommitteeArbitratorAlreadyDelivered(uint256 caseId);
    error CommitteeArbitratorTooLittleGas(uint256 wanted);
    error CommitteeArbitratorTransferFailed(address to);

    /// @notice Adds `msg.value` to the caller's stake; a new juror needs at least `seatStake`.
    function stake() external payable;

    /// @notice Takes stake out of the draw at once; it can be withdrawn 7 days later. What seats lock stays.
    function startLeaving(uint96 amount) external;

    function withdrawStake() external returns (uint256 amount);

    /// @notice Draws the panel of the oldest case whose drawing block is past. Anyone.
    function draw() external returns (uint256 caseId);

    /// @notice Commits a vote: `commitmentOf(caseId, juror, choice, salt)`. Only jurors of the panel, once.
    function commitVote(uint256 caseId, bytes32 commitment) external;

    /// @notice Opens the vote, after everybody committed or the time for it is over.
    function revealVote(uint256 caseId, uint256 choice, bytes32 salt) external;

    /// @notice Counts and delivers the ruling, once all revealed or the time is over. Anyone.
    function execute(uint256 caseId) external;

    /// @notice Delivers a ruling again that the arbitrable refused. Anyone.
    function deliver(uint256 caseId) external;

    /// @notice Pays what the caller earned, or was given back.
    function withdraw() external returns (uint256 amount);

    function withdrawTo(address to) external returns (uint256 amount);

    function creditOf(address account) external view returns (uint256);

    function jurorOf(address juror) external view returns (Juror memory);

    function caseOf(uint256 caseId) external view returns (Case memory);

    function panelOf(uint256 caseId) external view returns (address[] memory);

    function commitmentOf(uint256 caseId, address juror, uint256 choice, bytes32 salt) external view returns (bytes32);

    /// @notice Number of cases; ids run from 1 to this.
    function totalCases() external view returns (uint256);
}
