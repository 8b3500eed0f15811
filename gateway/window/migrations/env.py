from kernel.migrating import run

run("gateway.window.tables")
