"""Who may see and change what (谁能看什么). Rule source: ``docs/inspection-rules.md`` §4.1.

A role that stands nowhere in a row may not: everything is denied unless this table grants it. A grant is not a yes but
a **reach**: whoever shows the object must know how to narrow it to that reach, and says so (``within``); a reach
that a page cannot narrow to is a no.
"""

from __future__ import annotations

from typing import Collection, Literal, Mapping

Role = Literal["inspector", "leader", "supervisor", "county", "topic", "auditor", "admin"]
Reach = Literal["all", "own_team", "own", "released", "after_reveal", "status", "names_only", "technical"]

#: 暗访组员, 组长, 指挥部办公室, 县市区接收人, 专班接收人, 纪委, 管理员
ROLES: tuple[Role, ...] = ("inspector", "leader", "supervisor", "county", "topic", "auditor", "admin")
#: Roles whose holders belong to team A or B; nobody else ever does (a reviewer is of neither team).
TEAM_ROLES: tuple[Role, ...] = ("inspector", "leader")
TEAMS = ("A", "B")
#: Roles to which findings are handed over, each for one county.
COUNTY_ROLES: tuple[Role, ...] = ("county", "topic")

_BOTH_TEAM_ROLES: dict[Role, Reach] = {"inspector": "own_team", "leader": "own_team"}
_HANDED_OVER: dict[Role, Reach] = {"county": "released", "topic": "released"}

_GRANTS: Mapping[str, Mapping[str, Mapping[Role, Reach]]] = {
    "see": {
        # 计划、抽签: contents only from the reveal on, whoever looks; commitments may be seen before.
        "plan": {"inspector": "own", "leader": "own_team", "supervisor": "after_reveal", "auditor": "after_reveal"},
        "visit": {**_BOTH_TEAM_ROLES, "supervisor": "all", "auditor": "all"},
        "coverage": {**_BOTH_TEAM_ROLES, "supervisor": "all", "auditor": "all"},
        "finding": {**_BOTH_TEAM_ROLES, **_HANDED_OVER, "supervisor": "all", "auditor": "all"},
        # 暗访员姓名: the administrator meets them as accounts, never beside a visit.
        "inspector_names": {**_BOTH_TEAM_ROLES, "supervisor": "all", "auditor": "all", "admin": "names_only"},
        "rectification": {**_BOTH_TEAM_ROLES, "county": "own", "topic": "own", "supervisor": "all", "auditor": "all"},
        "referral": {"supervisor": "status", "auditor": "all"},
        "commendation": {**_BOTH_TEAM_ROLES, **_HANDED_OVER, "supervisor": "all", "auditor": "all"},
        "audit_log": {"supervisor": "own", "auditor": "all", "admin": "technical"},
        "settings": {"supervisor": "all", "auditor": "all"},
        "units": {"supervisor": "all", "auditor": "all", "admin": "all"},
        "accounts": {"auditor": "all", "admin": "all"},
        # 手机: a list of phones is a list of accounts, without any content.
        "devices": {"supervisor": "all", "auditor": "all", "admin": "all"},
        # 我的队今天: the own team's phones and visits of one day. Who should be back when is for its leader alone.
        "team_day": _BOTH_TEAM_ROLES,
        "planned_return": {"leader": "own_team"},
        # 户的私密记录: who answered, and in which words; for whoever corrects or erases it, and nobody else.
        "private_records": {"supervisor": "all"},
        # 查看记录、泄密迹象: who looked at the plan is never shown to those who look.
        "plan_views": {"auditor": "all"},
        # 分叉: lines of one phone that contradict each other are content, so never the administrator's.
        "quarantine": {"supervisor": "all", "auditor": "all"},
    },
    "change": {
        # 抽签、重抽、读口令: the command office. What lies in a draw it sees after the reveal, like everybody.
        "plan": {"supervisor": "all"},
        # 审核: the command office decides, the teams never do.
        "visit": {"supervisor": "all"},
        "settings": {"supervisor": "all"},
        "units": {"admin": "all"},
        "accounts": {"admin": "all"},
        # Whoever invites a phone could hold it: the administrator must not become an inspector that way.
        "devices": {"supervisor": "all"},
        "quarantine": {"supervisor": "all"},
        "private_records": {"supervisor": "all"},
        # 确认、交办: the command office alone; a county signs for what it was handed.
        "finding": {"supervisor": "all", "county": "released", "topic": "released"},
        "referral": {"supervisor": "own", "auditor": "all"},
    },
}

OBJECTS: tuple[str, ...] = tuple(_GRANTS["see"])
VERBS: tuple[str, ...] = tuple(_GRANTS)


def reach(role: str, thing: str, verb: str = "see") -> Reach | None:
    """How far ``role`` may ``verb`` a ``thing``; ``None`` is a no, also for names this table does not know."""
    return _GRANTS.get(verb, {}).get(thing, {}).get(role)  # type: ignore[call-overload]


def allowed(role: str, thing: str, verb: str = "see", within: Collection[str] = ("all",)) -> bool:
    """Whether the role's reach is one that the caller can keep to.

    :param within: the reaches the caller narrows to; by default only those who may see everything pass.
    """
    found = reach(role, thing, verb)
    return found is not None and found in within
