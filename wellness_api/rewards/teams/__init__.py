"""Teams and pairs of residents, for rules that pay for what several do together."""
