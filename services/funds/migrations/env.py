from kernel.migrating import run

run("services.funds.tables")
