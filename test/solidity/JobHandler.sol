// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IJobMarket} from "../../contracts/interfaces/IJobMarket.sol";
import {IOperatorRegistry} from "../../contracts/interfaces/IOperatorRegistry.sol";
import {BlockingToken} from "../../contracts/testing/BlockingToken.sol";
import {House} from "./House.sol";

/// @title Random requesters, operators and passers-by doing random things with jobs, while time goes by.
abstract contract JobHandler is House {
    uint256 internal constant PEOPLE = 3;
    /// @dev The first three do jobs; the others are verifiers from the start.
    uint256 internal constant OPERATORS = 8;

    address internal constant REFERRER = address(0x4EF);

    BlockingToken public token;
    uint256 internal _model;
    mapping(uint256 jobId => bytes32) internal _specOf;
    mapping(uint256 jobId => bytes32) internal _outputOf;
    /// @dev Coin that people were given, all time.
    uint256 private _given;
    address private immutable _test = msg.sender;

    /// @dev What only the test does, at the end: as a random step it would end every job before anything could happen to it.
    modifier onlyTest() {
        if (msg.sender == _test) _;
    }

    /// @dev It pokes, and is paid for it.
    receive() external payable {}

    constructor() {
        deployHouse();
        token = new BlockingToken();
        setProtocolShare(30_000);
        _model = registerRoot(address(this), 5);
        market.setModelShare(_model, 250_000);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            address requester = _requester(i);
            token.mint(requester, type(uint128).max);
            vm.prank(requester);
            token.approve(address(market), type(uint256).max);
        }
        for (uint256 i = 0; i < OPERATORS; ++i) {
            _give(_operator(i), 10 ether);
            vm.prank(_operator(i));
            operators.register{value: 10 ether}(bytes32(i));
            if (i < PEOPLE) continue;
            vm.prank(_operator(i));
            operators.becomeVerifier(uint128(0.01 ether * (i + 1)));
        }
    }

    function post(uint256 who, uint96 price, uint256 target, bool inToken, uint32[3] calldata windows) external {
        uint96 amount = uint96(bound(price, 1, 2 ether));
        address requester = _requester(who);
        IJobMarket.NewJob memory job = IJobMarket.NewJob({
            modelWork: uint64(_model),
            operator: target % 2 == 0 ? address(0) : _operator(target % PEOPLE),
            currency: inToken ? address(token) : COIN,
            price: amount,
            specDigest: bytes32(uint256(price)),
            acceptWithin: uint32(bound(windows[0], 60, 1 days)),
            submitWithin: uint32(bound(windows[1], 10, 1 days)),
            reviewWithin: uint32(bound(windows[2], 10, 1 days)),
            verification: uint8(target % 4),
            coinRate: inToken && target % 4 != 0 ? 1e18 : 0,
            referrer: target % 3 == 0 ? REFERRER : address(0)
        });
        uint256 value = inToken ? 0 : market.escrowFor(amount, job.verification);
        // Sometimes less is sent, and the balance must do, or more.
        if (!inToken && price % 3 == 0) value = bound(windows[0], 0, 2 * value);
        _give(requester, value);
        vm.prank(requester);
        uint256 id = market.post{value: value}(job);
        _specOf[id] = job.specDigest;
    }

    function deposit(uint256 who, uint96 amount, bool inToken) external {
        address requester = _requester(who);
        uint256 value = bound(amount, 0, 4 ether);
        _give(requester, value);
        vm.prank(requester);
        market.deposit{value: inToken ? 0 : value}(inToken ? address(token) : COIN, value);
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
        market.submit(id, bytes32((jobSeed % 3) + 1), bytes32(id));
        _outputOf[id] = bytes32((jobSeed % 3) + 1);
    }

    function settle(uint256 jobSeed) external {
        uint256 id = _job(jobSeed);
        address requester = market.jobOf(id).requester;
        vm.prank(requester);
        market.settle(id);
    }

    function dispute(uint256 jobSeed, uint256 more) external {
        uint256 id = _job(jobSeed);
        IJobMarket.Job memory job = market.jobOf(id);
        // More than the arbitrator costs: the rest must come back.
        uint256 value = job.verification % 3 == 0 ? arbitrator.cost() + (more % 1000) : 0;
        _give(job.requester, value);
        vm.prank(job.requester);
        market.dispute{value: value}(id, bytes32(jobSeed));
    }

    function setArbitrationCost(uint256 cost) external {
        arbitrator.setCost(cost % 0.05 ether);
    }

    /// @dev The next step of a job by whoever may take it, so that many runs get far.
    function advance(uint256 jobSeed, uint256 who, uint256 choice) external {
        uint256 id = _job(jobSeed);
        IJobMarket.Job memory job = market.jobOf(id);
        if (job.status == IJobMarket.Status.Posted) {
            vm.prank(job.operator == address(0) ? _operator(who % PEOPLE) : job.operator);
            market.accept(id);
        } else if (job.status == IJobMarket.Status.Accepted) {
            vm.prank(job.operator);
            market.submit(id, bytes32((choice % 3) + 1), bytes32(id));
            _outputOf[id] = bytes32((choice % 3) + 1);
        } else if (job.status == IJobMarket.Status.Submitted) {
            if (choice % 3 == 0) {
                vm.prank(job.requester);
                market.settle(id);
            } else if (choice % 3 == 1) {
                vm.warp(job.deadline + 1);
                market.poke(id);
            } else {
                this.dispute(jobSeed, choice);
            }
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
        _give(_operator(who), more);
        vm.prank(_operator(who));
        operators.addStake{value: more}();
    }

    function wait(uint32 time) external {
        vm.warp(block.timestamp + bound(time, 1, 12 hours));
    }

    /// @notice What people were given of a currency, and where it is now: theirs, or in a contract.
    function everywhere(address currency) external view returns (uint256 given, uint256 found) {
        bool coin = currency == COIN;
        given = coin ? _given : PEOPLE * uint256(type(uint128).max);
        address[] memory accounts = everybody();
        for (uint256 i = 0; i < accounts.length; ++i) found += _balance(accounts[i], currency);
        address[5] memory contracts = [
            address(market),
            address(checks),
            address(operators),
            address(ledger),
            address(arbitrator)
        ];
        for (uint256 i = 0; i < contracts.length; ++i) found += _balance(contracts[i], currency);
    }

    function withdrawEverything() external onlyTest {
        token.setBlocked(address(ledger), false);
        market.payModel(_model, address(token));
        address[] memory accounts = everybody();
        for (uint256 i = 0; i < accounts.length; ++i) _withdrawBoth(accounts[i]);
    }

    /// @notice What the market holds of a currency, and what it owes: balances, and escrows of jobs under way.
    function marketBooks(address currency) external view returns (uint256 held, uint256 owed) {
        held = currency == COIN ? address(market).balance : token.balanceOf(address(market));
        owed = market.owedToModel(_model, currency);
        address[] memory accounts = everybody();
        for (uint256 i = 0; i < accounts.length; ++i) owed += market.creditOf(accounts[i], currency);
        for (uint256 id = 1; id <= market.totalJobs(); ++id) {
            IJobMarket.Job memory job = market.jobOf(id);
            if (job.currency == currency && !isFinal(job.status)) owed += job.price + job.checkFee;
        }
    }

    /// @notice What the operator registry holds, and the stake it owes.
    function stakeBooks() external view returns (uint256 held, uint256 owed) {
        held = address(operators).balance;
        for (uint256 i = 0; i < OPERATORS; ++i) {
            IOperatorRegistry.Operator memory operator = operators.operatorOf(_operator(i));
            owed += uint256(operator.stake) + operator.unbonding;
        }
        for (uint256 i = 0; i < PEOPLE; ++i) owed += operators.rulingCreditOf(_requester(i));
    }

    /// @notice Stake that operator `who` has locked, and that his jobs and his bond say they lock.
    function lockBooks(uint256 who) external view returns (uint256 locked, uint256 byJobs, uint256 stake) {
        IOperatorRegistry.Operator memory operator = operators.operatorOf(_operator(who));
        (locked, stake) = (operator.locked, operator.stake);
        byJobs = operator.bond;
        for (uint256 id = 1; id <= market.totalJobs(); ++id) {
            IJobMarket.Job memory job = market.jobOf(id);
            if (job.operator == _operator(who)) byJobs += job.lockedStake;
        }
    }

    /// @notice Sum of the verifiers' bonds, and what the tree says it is.
    function bondBooks() external view returns (uint256 bonds, uint256 tree) {
        for (uint256 i = 0; i < OPERATORS; ++i) bonds += operators.operatorOf(_operator(i)).bond;
        tree = operators.totalBonds();
    }

    function unfinishedJobs() external view returns (uint256 count) {
        for (uint256 id = 1; id <= market.totalJobs(); ++id) {
            if (!isFinal(market.jobOf(id).status)) ++count;
        }
    }

    /// @notice Who may be owed something.
    function everybody() public view returns (address[] memory accounts) {
        accounts = new address[](PEOPLE + OPERATORS + 3);
        for (uint256 i = 0; i < PEOPLE; ++i) accounts[i] = _requester(i);
        for (uint256 i = 0; i < OPERATORS; ++i) accounts[PEOPLE + i] = _operator(i);
        accounts[PEOPLE + OPERATORS] = REWARDS;
        accounts[PEOPLE + OPERATORS + 1] = REFERRER;
        accounts[PEOPLE + OPERATORS + 2] = address(this);
    }

    function isFinal(IJobMarket.Status status) public pure returns (bool) {
        return
            status == IJobMarket.Status.Settled ||
            status == IJobMarket.Status.Refunded ||
            status == IJobMarket.Status.Split;
    }

    function _withdrawBoth(address account) private {
        vm.prank(account);
        market.withdraw(COIN);
        vm.prank(account);
        market.withdraw(address(token));
    }

    function _give(address account, uint256 amount) internal {
        _given += amount;
        vm.deal(account, account.balance + amount);
    }

    function _balance(address account, address currency) private view returns (uint256) {
        return currency == COIN ? account.balance : token.balanceOf(account);
    }

    function _job(uint256 seed) internal view returns (uint256) {
        // The newest jobs most often: they are the ones under way.
        uint256 total = market.totalJobs();
        return total == 0 ? 0 : total - (seed % (total < 4 ? total : 4));
    }

    function _requester(uint256 seed) internal pure returns (address) {
        return address(uint160(0xA11CE0 + (seed % PEOPLE)));
    }

    function _operator(uint256 seed) internal pure returns (address) {
        return address(uint160(0x0BE1A0 + (seed % OPERATORS)));
    }
}
