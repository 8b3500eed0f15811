import services.vouchers.tables  # noqa: F401 - every model of this database
from kernel.migrating import run

run()
