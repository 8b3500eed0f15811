from kernel.migrating import run

run("services.vouchers.tables")
