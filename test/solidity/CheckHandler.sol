// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IJobChecks} from "../../contracts/interfaces/IJobChecks.sol";
import {IJobMarket} from "../../contracts/interfaces/IJobMarket.sol";
import {IOperatorRegistry} from "../../contracts/interfaces/IOperatorRegistry.sol";
import {JobHandler} from "./JobHandler.sol";

/// @title And random verifiers, losers who escalate, an arbitrator who is often silent, and rulings about paid results.
contract CheckHandler is JobHandler {
    bytes32 private constant SALT = "salt";
    /// @dev Rounds of time-outs that bring any job to its end: accept, submit, review, two draws and counts, escalation, arbitrator.
    uint256 private constant ROUNDS = 10;

    function draw(uint256 jobSeed, bool late) external {
        uint256 id = _job(jobSeed);
        uint256 drawBlock = checks.checkOf(id).drawBlock;
        vm.roll((drawBlock > block.number ? drawBlock : block.number) + (late ? 300 : 1));
        checks.draw(id);
    }

    /// @dev Not all come: every fourth verdict stays out.
    function commit(uint256 jobSeed, uint256 who, uint256 verdict) external {
        uint256 id = _job(jobSeed);
        IJobChecks.Vote memory ballot = _vote(id, who);
        bytes32 commitment = checks.commitmentOf(id, ballot.round, ballot.verifier, bytes32((verdict % 3) + 1), SALT);
        vm.prank(ballot.verifier);
        checks.commit(id, commitment);
    }

    function reveal(uint256 jobSeed, uint256 who, uint256 verdict) external {
        uint256 id = _job(jobSeed);
        IJobChecks.Vote memory ballot = _vote(id, who);
        vm.prank(ballot.verifier);
        checks.reveal(id, bytes32((verdict % 3) + 1), SALT);
    }

    /// @dev A whole vote, in which each verifier finds what `verdicts` says, or is silent.
    function vote(uint256 jobSeed, uint256 verdicts) external {
        uint256 id = _job(jobSeed);
        IJobChecks.Vote[] memory votes = checks.votesOf(id);
        for (uint256 i = votes.length - 3; i < votes.length; ++i) {
            bytes32 commitment = checks.commitmentOf(id, votes[i].round, votes[i].verifier, _says(verdicts, i), SALT);
            vm.prank(votes[i].verifier);
            checks.commit(id, commitment);
        }
        vm.warp(block.timestamp + 1);
        for (uint256 i = votes.length - 3; i < votes.length; ++i) {
            if (_silent(verdicts, i)) continue;
            vm.prank(votes[i].verifier);
            checks.reveal(id, _says(verdicts, i), SALT);
        }
        vm.warp(block.timestamp + 7 hours);
        _tally(id);
    }

    function tally(uint256 jobSeed) external {
        _tally(_job(jobSeed));
    }

    function escalate(uint256 jobSeed, uint256 more) external {
        uint256 id = _job(jobSeed);
        IJobChecks.Check memory check = checks.checkOf(id);
        address loser = check.right ? check.requester : check.operator;
        uint256 value = checks.escalationBond() + (more % 1000);
        _give(loser, value);
        vm.prank(loser);
        checks.escalate{value: value}(id);
    }

    function refer(uint256 jobSeed, uint256 who) external {
        uint256 value = checks.arbitrationCost();
        _give(_operator(who), value);
        vm.prank(_operator(who));
        checks.refer{value: value}(_job(jobSeed));
    }

    function rule(uint256 jobSeed, uint256 ruling) external {
        IJobChecks.Check memory check = checks.checkOf(_job(jobSeed));
        if (check.stage == IJobChecks.Stage.Arbitrated) arbitrator.giveRuling(check.disputeId, ruling % 3);
    }

    function close(uint256 jobSeed) external {
        checks.close(_job(jobSeed));
    }

    function becomeVerifier(uint256 who, uint128 bond) external {
        vm.prank(_operator(who));
        operators.becomeVerifier(uint128(bound(bond, 0.01 ether, 1 ether)));
    }

    function stopVerifying(uint256 who) external {
        vm.prank(_operator(who));
        operators.stopVerifying();
    }

    /// @dev This contract is the dispute module.
    function slashByRuling(uint256 who, uint256 beneficiary, uint128 amount) external {
        operators.slashByRuling(_operator(who), uint128(bound(amount, 0, 3 ether)), _requester(beneficiary));
    }

    function withdrawRulingCredit(uint256 who) external {
        vm.prank(_requester(who));
        operators.withdrawRulingCredit(_requester(who));
    }

    function withdrawFromChecks(uint256 who) external {
        address[] memory accounts = everybody();
        vm.prank(accounts[who % accounts.length]);
        checks.withdraw(accounts[who % accounts.length]);
    }

    /// @notice Lets so much time pass that every state times out, again and again, and pokes every job. Returns how many rounds it took.
    function endEveryJob() external onlyTest {
        for (uint256 round = 0; round < ROUNDS; ++round) {
            vm.warp(block.timestamp + 31 days);
            vm.roll(block.number + 4);
            _pause();
            for (uint256 id = 1; id <= market.totalJobs(); ++id) _pokeOnce(id);
        }
    }

    function withdrawAllFromChecks() external onlyTest {
        address[] memory accounts = everybody();
        for (uint256 i = 0; i < accounts.length; ++i) {
            vm.prank(accounts[i]);
            checks.withdraw(REFERRER);
        }
    }

    /// @notice What the checks hold, and what they owe: credits, and escalators' bonds.
    function checkBooks() external view returns (uint256 held, uint256 owed) {
        held = address(checks).balance;
        address[] memory accounts = everybody();
        for (uint256 i = 0; i < accounts.length; ++i) owed += checks.creditOf(accounts[i]);
        for (uint256 id = 1; id <= market.totalJobs(); ++id) owed += checks.checkOf(id).bond;
    }

    /// @notice Jobs whose state here and in the market disagree.
    function strayChecks() external view returns (uint256 count) {
        for (uint256 id = 1; id <= market.totalJobs(); ++id) {
            IJobMarket.Status status = market.jobOf(id).status;
            IJobChecks.Stage stage = checks.checkOf(id).stage;
            bool waiting = status == IJobMarket.Status.Checking || status == IJobMarket.Status.Disputed;
            if (waiting != (stage != IJobChecks.Stage.None && stage != IJobChecks.Stage.Closed)) ++count;
        }
    }

    /// @dev A pause lasts 7 days: every round of pokes begins one.
    function _pause() private {
        market.pause();
        works.pause();
        licenses.pause();
    }

    function _pokeOnce(uint256 id) private {
        if (isFinal(market.jobOf(id).status)) return;
        IJobChecks.Stage stage = checks.checkOf(id).stage;
        // What can't be poked stays unfinished, which the test counts.
        if (stage == IJobChecks.Stage.None) {
            try market.poke(id) {} catch {}
        } else if (stage == IJobChecks.Stage.Requested) {
            try checks.draw(id) {} catch {}
        } else if (stage == IJobChecks.Stage.Drawn) {
            try checks.tally(id, _specOf[id], _outputOf[id], bytes32(id)) {} catch {}
        } else {
            try checks.close(id) {} catch {}
        }
    }

    /// @dev The job's digests are remembered as anybody can read them in the log.
    function _tally(uint256 id) private {
        checks.tally(id, _specOf[id], _outputOf[id], bytes32(id));
    }

    function _vote(uint256 id, uint256 who) private view returns (IJobChecks.Vote memory) {
        IJobChecks.Vote[] memory votes = checks.votesOf(id);
        return votes[votes.length - 1 - (who % 3)];
    }

    function _says(uint256 verdicts, uint256 i) private pure returns (bytes32) {
        return bytes32(((verdicts >> (8 * i)) % 3) + 1);
    }

    function _silent(uint256 verdicts, uint256 i) private pure returns (bool) {
        return ((verdicts >> (8 * i + 4)) % 4) == 0;
    }
}
