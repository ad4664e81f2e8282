"""What is to be said of a programme's rules: what a rule pays, for whom, when, and at most how much."""

from points.caps import Caps
from points.programme import Programme
from points.rules import AnyRule
from points.said import Argument, Said, Several, amount_said, period_said, said
from points.trust import Origin, OriginTrust


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
    """Every limit on the rule's awards: its own limits and those of all rules together."""
    own = caps_said(rule.caps) if rule.caps else []
    of_all = caps_said(programme.caps) if programme.caps else []
    return [*own, *(said("caps.of_all", limit=limit) for limit in of_all)]


def joining_said(programme: Programme) -> Said:
    """Whether days before a resident joined count."""
    if programme.pays_before_joining:
        return said("programme.days_before_joining")
    return said("programme.days_from_joining")


def trust_said(programme: Programme) -> list[Said]:
    """How samples of each named origin count: 手入力は対象外, typed in: does not count."""
    return [
        _origin_trust_said(origin_said(origin), of_origin)
        for origin, of_origin in programme.trusts.named()
    ]


def origin_said(origin: Origin) -> Said:
    """How a sample came to be."""
    match origin:
        case "station":
            return said("origin.station")
        case "device":
            return said("origin.device")
        case "app":
            return said("origin.app")
        case "typed":
            return said("origin.typed")
        case "file":
            return said("origin.file")
        case "unsaid":
            return said("origin.unsaid")


def _origin_trust_said(origin: Said, trust: OriginTrust) -> Said:
    if not trust.counts:
        return said("trust.nothing", origin=origin)
    amounts = Several(
        [amount_said([metric], int(most)) for metric, most in trust.day_max.items()],
        said("rule.between"),
    )
    if not trust.after_days:
        if not trust.day_max:
            return said("trust.all", origin=origin)
        return said("trust.at_most", origin=origin, amounts=amounts)
    if not trust.day_max:
        return said("trust.waits", origin=origin, days=trust.after_days)
    return said("trust.waits_at_most", origin=origin, days=trust.after_days, amounts=amounts)


def caps_said(caps: Caps) -> list[Said]:
    """The limits: 1か月に80ポイントまで, at most 80 points a month."""
    return [
        said("caps.limit", period=period_said(kind), points=limit) for kind, limit in caps.limits()
    ]
