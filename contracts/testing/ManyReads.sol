// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Answers many reads in one call, so that tests can compare a whole world after each step.
contract ManyReads {
    error ManyReadsRefused(uint256 index);

    /// @notice The raw answer of each call.
    function read(address[] calldata targets, bytes[] calldata calls) external view returns (bytes[] memory answers) {
        answers = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool answered, bytes memory answer) = targets[i].staticcall(calls[i]);
            if (!answered) revert ManyReadsRefused(i);
            answers[i] = answer;
        }
    }

    function coinOf(address account) external view returns (uint256) {
        return account.balance;
    }
}
