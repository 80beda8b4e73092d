// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Payment for many small jobs by one signature that grows.
/// @notice A requester opens a channel to an operator for one model and currency, and puts money in. For each job he signs a voucher
/// for all he owes so far; the operator redeems the newest whenever it likes, and the model's work gets its share of what is new.
/// A voucher is worth what it says beyond what was redeemed before, so none is worth anything twice.
interface IJobVouchers {
    /// @param requester Who pays, and signs.
    /// @param operator Who is paid, and redeems.
    /// @param currency ERC-20 address, or zero for the chain's coin.
    /// @param modelWork Work id of the model that is run.
    struct Pair {
        address requester;
        address operator;
        address currency;
        uint64 modelWork;
    }

    /// @param deposited Put in, all time, less what was taken back; smallest units.
    /// @param redeemed Paid, all time; never more than `deposited`.
    /// @param closesAt Block time from which the requester may take back what is not redeemed; 0 = not closing.
    /// @param modelShare Model's share of each redemption, ppm, as it was when the channel was opened.
    struct Channel {
        uint96 deposited;
        uint96 redeemed;
        uint40 closesAt;
        uint24 modelShare;
    }

    /// @param amount All the requester owes in this channel since it was first opened, smallest units.
    /// @param receiptRoot Merkle root of the receipts of all jobs this pays for.
    /// @param validUntil Block time after which the voucher can't be redeemed.
    struct Voucher {
        Pair pair;
        uint96 amount;
        bytes32 receiptRoot;
        uint40 validUntil;
    }

    event ChannelOpened(
        bytes32 indexed channelId,
        address indexed requester,
        address indexed operator,
        address currency,
        uint256 modelWork,
        uint24 modelShare
    );
    event ChannelFunded(bytes32 indexed channelId, uint256 amount);
    event ChannelClosing(bytes32 indexed channelId, uint40 closesAt);
    /// @param amount Taken back by the requester.
    event ChannelClosed(bytes32 indexed channelId, uint256 amount);
    /// @param operatorAmount What the operator is paid by this redemption.
    /// @param modelAmount What the model's work is paid by it.
    event VoucherRedeemed(
        bytes32 indexed channelId,
        address indexed operator,
        uint256 operatorAmount,
        uint256 modelAmount,
        bytes32 receiptRoot
    );
    /// @notice A token refused the ledger: the model's part waits here for `payModel`.
    event ModelOwed(uint256 indexed modelWork, address indexed currency, uint256 amount);
    event ModelPaid(uint256 indexed modelWork, address indexed currency, uint256 amount);
    event Withdrawn(address indexed account, address indexed currency, address indexed to, uint256 amount);

    error JobVouchersUnknownModel(uint256 modelWork);
    error JobVouchersUnknownChannel(bytes32 channelId);
    error JobVouchersUnknownOperator(address operator);
    error JobVouchersNothingDeposited();
    error JobVouchersWrongValue(uint256 expected, uint256 received);
    error JobVouchersTooMuch(uint256 amount);
    error JobVouchersNotOperator(address caller);
    error JobVouchersNotParty(bytes32 channelId, address caller);
    error JobVouchersExpired(uint40 validUntil);
    error JobVouchersNothingNew(uint256 amount, uint256 redeemed);
    error JobVouchersNotCovered(uint256 amount, uint256 deposited);
    error JobVouchersBadSignature(address requester);
    error JobVouchersStillOpen(uint40 closesAt);
    error JobVouchersTransferFailed(address to);

    /// @notice Opens the caller's channel to a registered operator, or adds to it, which also ends a closing. Coin sent, or ERC-20 taken
    /// from the caller; what arrived is credited.
    function deposit(address operator, address currency, uint64 modelWork, uint96 amount) external payable;

    /// @notice Pays what a voucher is worth beyond what was redeemed. Only the operator, also while the channel is closing.
    function redeem(
        Voucher calldata voucher,
        bytes calldata signature
    ) external returns (uint256 operatorAmount, uint256 modelAmount);

    /// @notice Starts the day after which the caller may take back what is not redeemed. Starting again changes nothing.
    function startClosing(address operator, address currency, uint64 modelWork) external returns (uint40 closesAt);

    /// @notice Pays back to the requester what is not redeemed: to be had by him a day after `startClosing`, by the operator at once.
    function close(Pair calldata pair) external returns (uint256 amount);

    /// @notice Pays what `owedToModel` says into the ledger. Anyone. Does nothing when nothing is owed.
    function payModel(uint256 modelWork, address currency) external returns (uint256 amount);

    /// @notice Pays out what the caller is owed.
    function withdraw(address currency) external returns (uint256 amount);

    function withdrawTo(address currency, address to) external returns (uint256 amount);

    function channelOf(Pair calldata pair) external view returns (Channel memory);

    /// @notice keccak256 of the ABI-encoded pair.
    function channelId(Pair calldata pair) external pure returns (bytes32);

    /// @notice What the requester signs (EIP-712).
    function digestOf(Voucher calldata voucher) external view returns (bytes32);

    function creditOf(address account, address currency) external view returns (uint256);

    function owedToModel(uint256 modelWork, address currency) external view returns (uint256);
}
