// Preloaded: a chain whose starter is gone ends itself, cleanly.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
