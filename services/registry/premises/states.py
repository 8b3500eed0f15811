"""Ways to stand at an address, and the lives of a registration and of a host."""

from enum import StrEnum

from kernel.moves import Move, move


class Mode(StrEnum):
    """`single`: one firm at one address, which no city forbids. The others are open where the city's document says so.

    `shared` 一址多照, `further` 一照多址, `secretary` 商务秘书公司代理注册, `cluster` 集群注册.
    """

    SINGLE = "single"
    SHARED = "shared"
    FURTHER = "further"
    SECRETARY = "secretary"
    CLUSTER = "cluster"


HOSTED = (Mode.SECRETARY, Mode.CLUSTER)
# Ways in which several firms stand at one address.
TOGETHER = (Mode.SHARED, *HOSTED)


class RegistrationStatus(StrEnum):
    """`without_host`: the host left and the firm had not moved. `abnormal`: its host cannot reach it."""

    STANDING = "standing"
    ABNORMAL = "abnormal"
    WITHOUT_HOST = "without_host"
    ENDED = "ended"


class RegistrationFact(StrEnum):
    FOUND_UNREACHABLE = "found_unreachable"
    REACHED = "reached"
    HOST_LEFT = "host_left"
    ENDED = "ended"


_S = RegistrationStatus
REGISTRATION_MOVES: dict[RegistrationFact, Move[RegistrationStatus]] = {
    RegistrationFact.FOUND_UNREACHABLE: move(_S.STANDING, to=_S.ABNORMAL),
    RegistrationFact.REACHED: move(_S.ABNORMAL, to=_S.STANDING),
    RegistrationFact.HOST_LEFT: move(_S.STANDING, _S.ABNORMAL, to=_S.WITHOUT_HOST),
    RegistrationFact.ENDED: move(_S.STANDING, _S.ABNORMAL, _S.WITHOUT_HOST, to=_S.ENDED),
}


class HostKind(StrEnum):
    """By the choices of `registration.cluster.hosts`."""

    MAKERSPACE_OPERATOR = "makerspace_operator"
    SECRETARY_COMPANY = "secretary_company"
    PARK_MANAGER = "park_manager"


class HostStatus(StrEnum):
    """`suspended` takes no new firm; `leaving` has until `move_by` to move those it has."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEAVING = "leaving"
    LEFT = "left"


class HostFact(StrEnum):
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    LEAVING = "leaving"
    LEFT = "left"


HOST_MOVES: dict[HostFact, Move[HostStatus]] = {
    HostFact.SUSPENDED: move(HostStatus.ACTIVE, to=HostStatus.SUSPENDED),
    HostFact.RESUMED: move(HostStatus.SUSPENDED, to=HostStatus.ACTIVE),
    HostFact.LEAVING: move(HostStatus.ACTIVE, HostStatus.SUSPENDED, to=HostStatus.LEAVING),
    HostFact.LEFT: move(HostStatus.LEAVING, to=HostStatus.LEFT),
}
