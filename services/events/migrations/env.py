from kernel.migrating import run

run("services.events.tables")
