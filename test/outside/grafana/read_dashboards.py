"""Reads dashboards into the classes that Grafana publishes of its own schema (grafana-foundation-sdk), and writes them again: a field
that does not come back is none of Grafana's, is misspelt, or stands in the wrong place. A panel's options and every query are read by
the classes of its panel and of Prometheus. Prints a line for each file and "N passed, N failed"."""

import json
import sys

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import dashboard

# Grafana reads these, and its schema of version 10 does not list them.
UNLISTED = {
    # What the editor of a variable shows: public/app/features/variables/query.
    ("templating", "list", "definition"),
    # Of the annotations of a Prometheus data source: packages/grafana-prometheus/src/annotations.ts.
    ("annotations", "list", "titleFormat"),
    ("annotations", "list", "textFormat"),
}


def differences(given, back, path=()):
    if isinstance(given, dict) and isinstance(back, dict):
        for name, value in given.items():
            here = (*path, name)
            if name in back:
                yield from differences(value, back[name], here)
            elif tuple(part for part in here if isinstance(part, str)) not in UNLISTED:
                yield f"{'/'.join(map(str, here))} is no field of Grafana's"
    elif isinstance(given, list) and isinstance(back, list) and len(given) == len(back):
        for index, (one, other) in enumerate(zip(given, back)):
            yield from differences(one, other, (*path, index))
    elif given != back:
        yield f"{'/'.join(map(str, path))} comes back as {json.dumps(back)[:200]}, and was {json.dumps(given)[:200]}"


def read(file):
    with open(file, encoding="utf-8") as text:
        given = json.load(text)
    encoded = JSONEncoder().encode(dashboard.Dashboard.from_json(given))
    return list(differences(given, json.loads(encoded)))


register_default_plugins()
failed = 0
for name in sys.argv[1:]:
    try:
        found = read(name)
    except Exception as error:  # Whatever the classes make of what is none of theirs: it is told, and counts.
        found = [f"cannot be read: {type(error).__name__}: {error}"]
    failed += len(found) > 0
    print(f"{'ok     ' if not found else 'FAILED '} {name}", *found, sep="\n  ")
print(f"{len(sys.argv) - 1 - failed} passed, {failed} failed")
sys.exit(0 if failed == 0 and len(sys.argv) > 1 else 1)
