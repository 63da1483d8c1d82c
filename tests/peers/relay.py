"""Has Sentry Relay normalise events, one JSON text a line on stdin, and fails where it objects.

What Relay keeps must be what was sent, but for the differences that are listed here with their
reasons. Events that are wrong on purpose show first that this check can fail.
"""

import json
import sys
from datetime import datetime

from sentry_relay.processing import StoreNormalizer

# the longest text that Relay keeps of a message or of an exception's value
LONGEST = 8192

# where Relay puts a value under another name
RENAMED = {
    ("message",): ("logentry", "formatted"),
    ("logentry", "message"): ("logentry", "formatted"),
    ("debug_meta", "images", "*", "id"): ("debug_meta", "images", "*", "debug_id"),
    ("debug_meta", "images", "*", "name"): ("debug_meta", "images", "*", "code_file"),
}

# the same value in another form: what Relay makes of it
REWRITTEN = {
    ("tags",): lambda tags: [[name, value] for name, value in tags.items()],
    ("message",): lambda text: shortened(text),
    ("logentry", "message"): lambda text: shortened(text),
    ("exception", "values", "*", "value"): lambda text: shortened(text),
    ("timestamp",): lambda time: seconds(time),
    ("spans", "*", "timestamp"): lambda time: seconds(time),
}

# an event, spoilt: each must be objected to
SPOILT = {
    "an unknown level": lambda event: event.update(level="grave"),
    "a timestamp that is none": lambda event: event.update(timestamp="yesterday"),
    "a field that no event has": lambda event: event.update(colour="blue"),
    "a short id": lambda event: event.update(event_id="12ab"),
    "an environment with a slash": lambda event: event.update(environment="a/b"),
    "a frame's line in words": lambda event: frame_of(event).update(lineno="seven"),
    "a field that no frame has": lambda event: frame_of(event).update(colour="blue"),
    "exceptions that are none": lambda event: event.update(exception="broken"),
}


def shortened(text):
    """What is left of a text that is too long; the scrubber saw the whole."""
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def seconds(time):
    """A time since 1970, which a transaction has as a text."""
    try:
        return datetime.fromisoformat(f"{time[:26]}+00:00").timestamp()
    except (TypeError, ValueError):
        return time


def frame_of(event):
    return event["exception"]["values"][-1]["stacktrace"]["frames"][-1]


def objections(event):
    """What Relay says of an event, and what it silently took or changed."""
    kept = StoreNormalizer(project_id=1, enable_trimming=True).normalize_event(event)
    for path, said in remarks(kept.pop("_meta", {})):
        if not (is_cut(event, path) and said.keys() == {"len", "rem"}):
            yield f"{'.'.join(path)}: {json.dumps(said)}"
    for path, sent in leaves(event):
        generic = tuple("*" if key.isdigit() else key for key in path)
        to = RENAMED.get(generic, generic)
        place = [key if wanted == "*" else wanted for wanted, key in pairs(to, path)]
        found = at(kept, place)
        rewritten = REWRITTEN.get(generic, lambda value: value)(sent)
        if not same(found, rewritten):
            yield f"{'.'.join(path)}: {brief(sent)} became {brief(found)}"


def same(one, other):
    """Equal, but for the part of a time that is below the microseconds which Relay keeps."""
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < 2e-6
    return one == other


def pairs(names, path):
    """Each of `names` beside the key of `path` in its place, if there is one."""
    return zip(names, path + ("",) * len(names))


def is_cut(event, path):
    """Whether a remark is about a text that we sent longer than Relay keeps it."""
    sent_as = [sent for sent, kept in RENAMED.items() if kept == tuple(path)] or [path]
    texts = [at(event, sent) for sent in sent_as]
    return any(isinstance(text, str) and len(text) > LONGEST for text in texts)


def remarks(meta, path=()):
    for key, inner in meta.items():
        if key == "":
            yield path, inner
        else:
            yield from remarks(inner, (*path, key))


def leaves(value, path=()):
    """The values of an event that say something, each with its path."""
    if path in REWRITTEN or not isinstance(value, (dict, list)):
        if value is not None:
            yield path, value
        return
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield from leaves(inner, (*path, str(key)))


def at(value, path):
    for key in path:
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            return None
    return value


def brief(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}.. ({len(text)} characters)"


def title(event):
    exceptions = event.get("exception", {}).get("values")
    if not exceptions:
        return brief(event.get("message"))
    outermost = exceptions[-1]
    return f"{outermost['type']}: {brief(outermost.get('value'))}"


def main():
    events = [json.loads(line) for line in sys.stdin]
    # they come in no order
    whole = next((event for event in events if event.get("transaction") == "kinds::typed"), None)
    if whole is None:
        sys.exit("no event of `kinds::typed` came")
    failed = False
    for what, spoil in SPOILT.items():
        event = json.loads(json.dumps(whole))
        spoil(event)
        said = list(objections(event))
        print(f"{'refused' if said else 'PASSED '}  {what}: {said[0] if said else ''}")
        failed |= not said
    for event in events:
        said = list(objections(event))
        print(f"{'REFUSED' if said else 'passed '}  {event.get('transaction', '-')}  {title(event)}")
        for objection in said:
            print(f"         {objection}")
        failed |= bool(said)
    if failed:
        sys.exit("Relay and this check disagree")


main()
