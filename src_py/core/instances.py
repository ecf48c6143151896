"""Which instances are protected: a list of hosts, in which ``*`` stands for any part of one label."""

from core.address import FAMILIES, HOST_LETTERS

MAX_PATTERN = 253


def problem_with_pattern(pattern: str) -> str:
    """What is wrong with a host of the list, in plain words; "" if nothing is."""
    if len(pattern) > MAX_PATTERN:
        return "is longer than any host"
    for letter in pattern:
        if letter != "*" and HOST_LETTERS.find(letter) == -1:
            return 'must be a host such as "acme.awsapps.com", in small letters, without "https://"'
    labels = parts_of(pattern, ".")
    if "" in labels:
        return "must be a host without an empty part"
    for family in FAMILIES:
        if pattern.endswith(family) and len(labels) == len(parts_of(family, ".")):
            return ""
    return "must end in .awsapps.com, .my.connect.aws or .govcloud.connect.aws, with one name before it"


def kept_out_of(granted: "list[str]", instances: "list[str]") -> "list[str]":
    """The families of hosts with instances to protect of which we may reach none.

    Who restricts us to some sites has chosen them: that is no fault.

    Args:
        granted: the host patterns that we may reach.
        instances: the hosts to protect; empty: all.
    """
    found = []
    for family in FAMILIES:
        is_wanted = len(instances) == 0 or len([host for host in instances if host.endswith(family)]) > 0
        if is_wanted and len([pattern for pattern in granted if pattern.find(family + "/") != -1]) == 0:
            found.append("*" + family)
    return found


def is_in(host: str, families: "list[str]") -> bool:
    """Whether a host is in one of these families (as ``kept_out_of`` writes them)."""
    return len([family for family in families if host.endswith(family[1:])]) > 0


def parts_of(text: str, mark: str) -> "list[str]":
    """The parts of a text between marks of one letter."""
    found: list[str] = []
    rest = text
    at = rest.find(mark)
    while at != -1:
        found.append(rest[:at])
        rest = rest[at + 1 :]
        at = rest.find(mark)
    found.append(rest)
    return found


def is_covered(host: str, instances: "list[str]") -> bool:
    """Whether an instance is protected. An empty list covers all of Amazon Connect."""
    if len(instances) == 0:
        return True
    for pattern in instances:
        if _fits(host, pattern):
            return True
    return False


def _fits(host: str, pattern: str) -> bool:
    parts = parts_of(host, ".")
    labels = parts_of(pattern, ".")
    if len(parts) != len(labels):
        return False
    for place in range(len(labels)):
        if not _fits_label(parts[place], labels[place]):
            return False
    return True


def _fits_label(label: str, pattern: str) -> bool:
    """Whether a label is made of the fixed parts of a pattern, in their order, with anything between them."""
    fixed = parts_of(pattern, "*")
    if len(fixed) == 1:
        return label == pattern
    first = fixed[0]
    last = fixed[len(fixed) - 1]
    if len(label) < len(first) + len(last) or not label.startswith(first) or not label.endswith(last):
        return False
    rest = label[len(first) : len(label) - len(last)]
    for part in fixed[1:-1]:
        at = rest.find(part)
        if at == -1:
            return False
        rest = rest[at + len(part) :]
    return True
