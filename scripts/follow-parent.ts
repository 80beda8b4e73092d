// Preloaded into a process of ours: when its parent is gone, it ends itself, cleanly.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
// The channel alone must not keep the process alive.
process.channel?.unref();
// Children forked from here inherit these flags, and with them a channel that no longer counts: a child that lives on its
// messages would end at once. They are told to follow their own parent by whoever forks them.
const flag = process.execArgv.findIndex((argument) => argument.endsWith("follow-parent.ts"));
if (flag > 0) process.execArgv.splice(flag - 1, 2);
