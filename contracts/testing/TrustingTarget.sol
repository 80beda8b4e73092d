// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title A stranger's contract that says it trusts any forwarder, and calls back when it is called.
contract TrustingTarget {
    address public target;
    bytes public attack;
    bool public succeeded;
    bytes public answer;

    receive() external payable {}

    // solhint-disable-next-line payable-fallback, no-complex-fallback
    fallback() external payable {
        if (target == address(0)) return;
        address victim = target;
        target = address(0);
        // solhint-disable-next-line avoid-low-level-calls
        (succeeded, answer) = victim.call(attack);
    }

    function arm(address target_, bytes calldata attack_) external {
        target = target_;
        attack = attack_;
    }

    function isTrustedForwarder(address) external pure returns (bool) {
        return true;
    }
}
