"""A programme's rules in whole sentences: what a rule pays, and for whom, when, and how much at most."""

from points.caps import Caps
from points.programme import Programme
from points.rules import AnyRule
from points.words import PERIODS, Text, counted


def rule_in_words(programme: Programme, rule: AnyRule) -> Text:
    """What the rule pays, with its seasons, segments and caps."""
    more = [programme.season(code).name for code in rule.seasons]
    more += [programme.segment(code).name for code in rule.segments]
    if rule.caps is not None:
        more += caps_in_words(rule.caps)
    said = rule.text()
    if not more:
        return said
    return Text(
        ja=f"{said.ja}({'、'.join(text.ja for text in more)})",
        en=f"{said.en}; {', '.join(text.en for text in more)}",
    )


def caps_in_words(caps: Caps) -> list[Text]:
    """Each limit: 1か月に80ポイントまで, at most 80 points a month."""
    return [
        Text(
            ja=f"{PERIODS[kind].ja}に{limit:,}ポイントまで",
            en=f"at most {counted(limit, 'point')} a {PERIODS[kind].en}",
        )
        for kind, limit in caps.limits()
    ]
