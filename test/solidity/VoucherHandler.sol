// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IJobVouchers} from "../../contracts/interfaces/IJobVouchers.sol";
import {House} from "./House.sol";

/// @title Random requesters who deposit, sign and close, and operators who redeem what they have in any order.
contract VoucherHandler is House {
    uint256 private constant KEY = 0xA11CE;

    uint64 private _model;
    /// @dev By channel: the largest amount ever signed, and what was paid for it.
    mapping(uint256 channel => uint256) private _signed;
    mapping(uint256 channel => uint256) private _paid;

    constructor() {
        deployHouse();
        _model = uint64(registerRoot(address(this), 5));
        market.setModelShare(_model, 333_333);
        for (uint256 i = 0; i < 2; ++i) {
            vm.deal(_operator(i), 1 ether);
            vm.prank(_operator(i));
            operators.register{value: 1 ether}(bytes32(i));
        }
    }

    function deposit(uint256 channel, uint96 amount) external {
        uint96 value = uint96(bound(amount, 0, 1 ether));
        IJobVouchers.Pair memory pair = _pair(channel);
        vm.deal(pair.requester, value);
        vm.prank(pair.requester);
        vouchers.deposit{value: value}(pair.operator, COIN, _model, value);
    }

    /// @dev Sometimes more than there is, or less than before.
    function redeem(uint256 channel, uint96 amount) external {
        IJobVouchers.Pair memory pair = _pair(channel);
        uint96 deposited = vouchers.channelOf(pair).deposited;
        IJobVouchers.Voucher memory voucher = IJobVouchers.Voucher({
            pair: pair,
            amount: uint96(bound(amount, 0, uint256(deposited) + 10)),
            receiptRoot: bytes32(uint256(amount)),
            validUntil: type(uint40).max
        });
        if (voucher.amount > _signed[channel % 4]) _signed[channel % 4] = voucher.amount;
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY + (channel % 2), vouchers.digestOf(voucher));
        vm.prank(pair.operator);
        (uint256 toOperator, uint256 toModel) = vouchers.redeem(voucher, abi.encodePacked(r, s, v));
        _paid[channel % 4] += toOperator + toModel;
    }

    function startClosing(uint256 channel) external {
        IJobVouchers.Pair memory pair = _pair(channel);
        vm.prank(pair.requester);
        vouchers.startClosing(pair.operator, COIN, _model);
    }

    function close(uint256 channel, bool byOperator) external {
        IJobVouchers.Pair memory pair = _pair(channel);
        vm.prank(byOperator ? pair.operator : pair.requester);
        vouchers.close(pair);
    }

    function withdraw(uint256 channel, bool byOperator) external {
        IJobVouchers.Pair memory pair = _pair(channel);
        vm.prank(byOperator ? pair.operator : pair.requester);
        vouchers.withdraw(COIN);
    }

    function wait(uint32 time) external {
        vm.warp(block.timestamp + bound(time, 1, 2 days));
    }

    /// @notice What the contract holds, and what it owes: credits, and deposits not redeemed.
    function books() external view returns (uint256 held, uint256 owed) {
        held = address(vouchers).balance;
        for (uint256 i = 0; i < 4; ++i) {
            IJobVouchers.Channel memory channel = vouchers.channelOf(_pair(i));
            owed += channel.deposited - channel.redeemed;
        }
        for (uint256 i = 0; i < 2; ++i) {
            owed += vouchers.creditOf(_operator(i), COIN) + vouchers.creditOf(vm.addr(KEY + i), COIN);
        }
    }

    function redemptions(uint256 channel) external view returns (uint256 paid, uint256 signed) {
        return (_paid[channel], _signed[channel]);
    }

    /// @dev Two requesters, each with two operators.
    function _pair(uint256 channel) private view returns (IJobVouchers.Pair memory) {
        return IJobVouchers.Pair(vm.addr(KEY + (channel % 2)), _operator((channel % 4) / 2), COIN, _model);
    }

    function _operator(uint256 seed) private pure returns (address) {
        return address(uint160(0x0BE1A0 + seed));
    }
}
