// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EdgeMode} from "../../contracts/libraries/EdgeMode.sol";
import {PlainToken} from "../../contracts/testing/PlainToken.sol";
import {CoreHouse} from "./CoreHouse.sol";

/// @title The same payments in two currencies: in one, people pull and claim whenever they like; in the other, nobody does until the end.
contract OrderHandler is CoreHouse {
    uint256 private constant MAX_PAYMENTS = 64;
    address private constant OWNER = address(0xA11CE);

    struct Payment {
        uint256 workId;
        uint256 amount;
    }

    PlainToken public eager;
    PlainToken public lazy;
    Payment[] private _payments;
    uint256[2][] private _edges;
    uint256 private _works;

    address private immutable _test = msg.sender;
    bool private _settled;

    /// @dev What only the test does, at the end. The fuzzer may call in its name, by chance: then the run is over early.
    modifier onlyTest() {
        if (msg.sender == _test) _;
    }

    modifier unlessSettled() {
        if (!_settled) _;
    }

    constructor() {
        deployCore();
        (eager, lazy) = (_token(), _token());
        registerRoot(OWNER, 1);
        registerRoot(OWNER, 2);
        _works = 2;
        // A diamond, a chain under it, and a second parent: absolute, relative and free edges.
        _derive(1, 333_333, EdgeMode.ABSOLUTE, 2, 0);
        _derive(1, 77_777, EdgeMode.RELATIVE, 2, 250_001);
        _derive(3, 100_001, EdgeMode.ABSOLUTE, 4, 200_003);
        _derive(5, 0, EdgeMode.ABSOLUTE, 1, 1);
        _derive(6, 99_999, EdgeMode.RELATIVE, 3, 12_345);
    }

    function pay(uint256 workSeed, uint96 amount) external unlessSettled {
        if (_payments.length == MAX_PAYMENTS) return;
        uint256 workId = 1 + (workSeed % _works);
        uint256 sum = 1 + (amount % 3 == 0 ? uint256(amount) : amount % 50);
        ledger.pay(workId, address(eager), sum);
        _payments.push(Payment(workId, sum));
    }

    function pull(uint256 seed) external {
        uint256[2] memory edge = _edges[seed % _edges.length];
        ledger.pull(edge[0], edge[1], address(eager));
    }

    function claim(uint256 workSeed) external {
        ledger.claim(1 + (workSeed % _works), address(eager));
    }

    /// @notice The same payments the other way round, then one pull of each edge, from the youngest work up.
    function settle() external onlyTest unlessSettled {
        _settled = true;
        for (uint256 i = _payments.length; i > 0; --i) {
            ledger.pay(_payments[i - 1].workId, address(lazy), _payments[i - 1].amount);
        }
        for (uint256 i = _edges.length; i > 0; --i) {
            ledger.pull(_edges[i - 1][0], _edges[i - 1][1], address(eager));
            ledger.pull(_edges[i - 1][0], _edges[i - 1][1], address(lazy));
        }
    }

    /// @notice All a work's owner has had and can have, in one currency and in the other.
    function entitlements(uint256 workId) external view returns (uint256 inEager, uint256 inLazy) {
        inEager = ledger.claimable(workId, address(eager)) + ledger.accountOf(workId, address(eager)).claimed;
        inLazy = ledger.claimable(workId, address(lazy)) + ledger.accountOf(workId, address(lazy)).claimed;
    }

    function workCount() external view returns (uint256) {
        return _works;
    }

    /// @notice Paid in, and what is held and was claimed.
    function books() external view returns (uint256 paid, uint256 accounted) {
        for (uint256 i = 0; i < _payments.length; ++i) paid += _payments[i].amount;
        accounted = eager.balanceOf(address(ledger)) + eager.balanceOf(OWNER);
    }

    function _token() private returns (PlainToken token) {
        token = new PlainToken();
        token.mint(address(this), type(uint128).max);
        token.approve(address(ledger), type(uint256).max);
    }

    function _derive(uint256 one, uint24 share, uint8 mode, uint256 other, uint24 otherShare) private {
        uint256[] memory licenseIds = new uint256[](2);
        licenseIds[0] = licenses.issue(one, share, mode);
        licenseIds[1] = licenses.issue(other, otherShare, EdgeMode.ABSOLUTE);
        vm.prank(OWNER);
        _works = works.registerDerivative(newWork(_works + 1), licenseIds);
        _edges.push([_works, uint256(0)]);
        _edges.push([_works, uint256(1)]);
    }
}
