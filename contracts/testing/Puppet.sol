// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title A contract account: does what it is told, takes coin only when told to, and can call back when it takes it.
contract Puppet {
    bool public takesCoin;
    address public target;
    bytes public attack;
    bool public succeeded;
    bytes public answer;

    error PuppetRefuses();

    receive() external payable {
        if (!takesCoin) revert PuppetRefuses();
        if (target != address(0)) {
            address victim = target;
            target = address(0);
            // solhint-disable-next-line avoid-low-level-calls
            (succeeded, answer) = victim.call(attack);
        }
    }

    function setTakesCoin(bool value) external {
        takesCoin = value;
    }

    function arm(address target_, bytes calldata attack_) external {
        target = target_;
        attack = attack_;
    }

    function act(address to, uint256 value, bytes calldata data) external payable returns (bytes memory) {
        // solhint-disable-next-line avoid-low-level-calls
        (bool done, bytes memory result) = to.call{value: value}(data);
        if (!done) {
            // solhint-disable-next-line no-inline-assembly
            assembly {
                revert(add(result, 32), mload(result))
            }
        }
        return result;
    }
}
