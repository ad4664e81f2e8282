"""What is to be said of a programme's rules: what a rule pays, and for whom, when, and how much at most."""

from points.caps import Caps
from points.programme import Programme
from points.rules import AnyRule
from points.said import Argument, Said, Several, period_said, said


def rule_said(programme: Programme, rule: AnyRule) -> Said:
    """What the rule pays, with its seasons, segments and caps."""
    more: list[Argument] = [programme.season(code).name for code in rule.seasons]
    more += [programme.segment(code).name for code in rule.segments]
    if rule.caps is not None:
        more += caps_said(rule.caps)
    if not more:
        return rule.text()
    return said("rule.with_more", rule=rule.text(), more=Several(more, said("rule.between")))


def limits_said(programme: Programme, rule: AnyRule) -> list[Argument]:
    """What holds for the rule's awards: its own limits and those of all rules together."""
    own = caps_said(rule.caps) if rule.caps else []
    of_all = caps_said(programme.caps) if programme.caps else []
    return [*own, *(said("caps.of_all", limit=limit) for limit in of_all)]


def joining_said(programme: Programme) -> Said:
    """Whether days before a resident joined count."""
    if programme.pays_before_joining:
        return said("programme.days_before_joining")
    return said("programme.days_from_joining")


def caps_said(caps: Caps) -> list[Said]:
    """The limits: 1か月に80ポイントまで, at most 80 points a month."""
    return [
        said("caps.limit", period=period_said(kind), points=limit) for kind, limit in caps.limits()
    ]
