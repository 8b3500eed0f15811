from kernel.migrating import run

run("services.registry.tables")
