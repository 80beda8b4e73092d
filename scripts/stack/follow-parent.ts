// Preloaded into every service: a service whose supervisor died ends itself, cleanly.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
