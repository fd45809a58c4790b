// Loaded by `node --import` into the demo: stops it when the process that started it is gone, however that one ended.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
