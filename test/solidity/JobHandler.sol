// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IJobMarket} from "../../contracts/interfaces/IJobMarket.sol";
import {IOperatorRegistry} from "../../contracts/interfaces/IOperatorRegistry.sol";
import {BlockingToken} from "../../contracts/testing/BlockingToken.sol";
import {House} from "./House.sol";

/// @title Random requesters, operators and passers-by doing random things with jobs, while time goes by.
contract JobHandler is House {
    uint256 private constant PEOPLE = 3;

    BlockingToken public token;
    uint256 private _model;
    address private immutable _test = msg.sender;

    /// @dev What only the test does, at the end: as a random step it would end every job before anything could happen to it.
    modifier onlyTest() {
        if (msg.sender == _test) _;
    }

    constructor() {
        deployHouse();
        token = new BlockingToken();
        _model = registerRoot(address(this), 5);
        market.setModelShare(_model, 250_000);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            address requester = _requester(i);
            token.mint(requester, type(uint128).max);
            vm.prank(requester);
            token.approve(address(market), type(uint256).max);
            vm.deal(_operator(i), 1 ether);
            vm.prank(_operator(i));
            operators.register{value: 1 ether}(bytes32(i));
        }
    }

    function post(uint256 who, uint96 price, uint256 target, bool inToken, uint32[3] calldata windows) external {
        uint96 amount = uint96(bound(price, 1, 2 ether));
        address requester = _requester(who);
        if (!inToken) vm.deal(requester, amount);
        IJobMarket.NewJob memory job = IJobMarket.NewJob({
            modelWork: uint64(_model),
            operator: target % 2 == 0 ? address(0) : _operator(target),
            currency: inToken ? address(token) : COIN,
            price: amount,
            specDigest: bytes32(uint256(price)),
            acceptWithin: uint32(bound(windows[0], 60, 1 days)),
            submitWithin: uint32(bound(windows[1], 10, 1 days)),
            reviewWithin: uint32(bound(windows[2], 10, 1 days)),
            verification: uint8(price % 4),
            coinRate: 1e18,
            referrer: address(0)
        });
        vm.prank(requester);
        market.post{value: inToken ? 0 : amount}(job);
    }

    function cancel(uint256 jobSeed) external {
        uint256 id = _job(jobSeed);
        address requester = market.jobOf(id).requester;
        vm.prank(requester);
        market.cancel(id);
    }

    function accept(uint256 jobSeed, uint256 who) external {
        uint256 id = _job(jobSeed);
        vm.prank(_operator(who));
        market.accept(id);
    }

    function submit(uint256 jobSeed) external {
        uint256 id = _job(jobSeed);
        address operator = market.jobOf(id).operator;
        vm.prank(operator);
        market.submit(id, bytes32(jobSeed), bytes32(id));
    }

    function settle(uint256 jobSeed) external {
        uint256 id = _job(jobSeed);
        address requester = market.jobOf(id).requester;
        vm.prank(requester);
        market.settle(id);
    }

    function dispute(uint256 jobSeed) external {
        uint256 id = _job(jobSeed);
        address requester = market.jobOf(id).requester;
        vm.prank(requester);
        market.dispute(id, bytes32(jobSeed));
    }

    function rule(uint256 jobSeed, bool operatorWins) external {
        uint256 id = _job(jobSeed);
        vm.prank(REWARDS);
        id;operatorWins;
    }

    /// @dev The next step of a job by whoever may take it, so that many runs get far.
    function advance(uint256 jobSeed, uint256 who, uint256 choice) external {
        uint256 id = _job(jobSeed);
        IJobMarket.Job memory job = market.jobOf(id);
        if (job.status == IJobMarket.Status.Posted) {
            vm.prank(job.operator == address(0) ? _operator(who) : job.operator);
            market.accept(id);
        } else if (job.status == IJobMarket.Status.Accepted) {
            vm.prank(job.operator);
            market.submit(id, bytes32(choice), bytes32(id));
        } else if (job.status == IJobMarket.Status.Submitted) {
            vm.prank(job.requester);
            if (choice % 3 == 0) market.settle(id);
            else market.dispute(id, bytes32(choice));
        } else if (job.status == IJobMarket.Status.Disputed && choice % 3 == 0) {
            vm.prank(REWARDS);
            market.rule(id, choice % 2 == 0);
        }
    }

    function poke(uint256 jobSeed) external {
        market.poke(_job(jobSeed));
    }

    /// @dev Now and then the token refuses the ledger: jobs must end all the same.
    function refuseLedger(bool refuses) external {
        token.setBlocked(address(ledger), refuses);
    }

    function payModel(bool inToken) external {
        market.payModel(_model, inToken ? address(token) : COIN);
    }

    function withdraw(uint256 who, bool operator, bool inToken) external {
        vm.prank(operator ? _operator(who) : _requester(who));
        market.withdraw(inToken ? address(token) : COIN);
    }

    function unbond(uint256 who, uint128 amount) external {
        address operator = _operator(who);
        uint256 free = operators.freeStake(operator);
        // Half of the time a unit too much, which must be refused whatever is locked.
        uint256 wanted = amount % 2 == 0 ? free + 1 : bound(amount, 0, free / 2);
        vm.prank(operator);
        operators.startUnbonding(uint128(wanted));
    }

    function withdrawStake(uint256 who) external {
        vm.prank(_operator(who));
        operators.withdrawStake();
    }

    function addStake(uint256 who, uint128 amount) external {
        uint256 more = bound(amount, 0, 1 ether);
        vm.deal(_operator(who), more);
        vm.prank(_operator(who));
        operators.addStake{value: more}();
    }

    function wait(uint32 time) external {
        vm.warp(block.timestamp + bound(time, 1, 12 hours));
    }

    /// @notice Lets so much time pass that every state times out, twice, and pokes every job.
    function endEveryJob() external onlyTest {
        for (uint256 round = 0; round < 2; ++round) {
            vm.warp(block.timestamp + 31 days);
            for (uint256 id = 1; id <= market.totalJobs(); ++id) {
                if (market.jobOf(id).status < IJobMarket.Status.Settled) market.poke(id);
            }
        }
    }

    function withdrawEverything() external onlyTest {
        token.setBlocked(address(ledger), false);
        market.payModel(_model, address(token));
        for (uint256 i = 0; i < PEOPLE; ++i) {
            _withdrawBoth(_requester(i));
            _withdrawBoth(_operator(i));
        }
    }

    /// @notice What the market holds of a currency, and what it owes: credits, and prices of jobs under way.
    function marketBooks(address currency) external view returns (uint256 held, uint256 owed) {
        held = currency == COIN ? address(market).balance : token.balanceOf(address(market));
        owed = market.owedToModel(_model, currency);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            owed += market.creditOf(_requester(i), currency) + market.creditOf(_operator(i), currency);
        }
        for (uint256 id = 1; id <= market.totalJobs(); ++id) {
            IJobMarket.Job memory job = market.jobOf(id);
            if (job.currency == currency && job.status < IJobMarket.Status.Settled) owed += job.price;
        }
    }

    /// @notice What the operator registry holds, and the stake it owes.
    function stakeBooks() external view returns (uint256 held, uint256 owed) {
        held = address(operators).balance;
        for (uint256 i = 0; i < PEOPLE; ++i) {
            IOperatorRegistry.Operator memory operator = operators.operatorOf(_operator(i));
            owed += uint256(operator.stake) + operator.unbonding;
        }
    }

    /// @notice Stake that operator `who` has locked, and that his jobs say they lock.
    function lockBooks(uint256 who) external view returns (uint256 locked, uint256 byJobs, uint256 stake) {
        IOperatorRegistry.Operator memory operator = operators.operatorOf(_operator(who));
        (locked, stake) = (operator.locked, operator.stake);
        for (uint256 id = 1; id <= market.totalJobs(); ++id) {
            IJobMarket.Job memory job = market.jobOf(id);
            if (job.operator == _operator(who)) byJobs += job.lockedStake;
        }
    }

    function unfinishedJobs() external view returns (uint256 count) {
        for (uint256 id = 1; id <= market.totalJobs(); ++id) {
            if (market.jobOf(id).status < IJobMarket.Status.Settled) ++count;
        }
    }

    function _withdrawBoth(address account) private {
        vm.prank(account);
        market.withdraw(COIN);
        vm.prank(account);
        market.withdraw(address(token));
    }

    function _job(uint256 seed) private view returns (uint256) {
        // The newest jobs most often: they are the ones under way.
        uint256 total = market.totalJobs();
        return total == 0 ? 0 : total - (seed % (total < 4 ? total : 4));
    }

    function _requester(uint256 seed) private pure returns (address) {
        return address(uint160(0xA11CE0 + (seed % PEOPLE)));
    }

    function _operator(uint256 seed) private pure returns (address) {
        return address(uint160(0x0BE1A0 + (seed % PEOPLE)));
    }
}
