"""What schemathesis cannot know of Agent Ledger: its media types, and what there is to be found."""

import json
import os
from hashlib import sha256
from urllib.request import Request, urlopen

import schemathesis

AGENTS = os.environ["LEDGER_AGENTS"].split(",")
EXECUTIONS = os.environ["LEDGER_EXECUTIONS"].split(",")
SPARE_KEYS = os.environ["LEDGER_SPARE_KEYS"].split(",")
KEYS_IN_USE = os.environ["LEDGER_KEYS_IN_USE"].split(",")


def session_in_use():
    """Id of the owner's session."""
    address = os.environ["LEDGER_ADDRESS"] + "/api/account/sessions"
    request = Request(address, headers={"Cookie": os.environ["LEDGER_SESSION"]})
    with urlopen(request, timeout=30) as answer:
        sessions = json.load(answer)["sessions"]
    return next(session["sessionId"] for session in sessions if session["isCurrent"])


SESSION_IN_USE = session_in_use()


def a_task():
    """Id of a task: erasing what nobody executed."""
    request = Request(
        os.environ["LEDGER_ADDRESS"] + "/api/erasures",
        data=json.dumps({"executedBy": "nobody"}).encode(),
        headers={
            "Cookie": os.environ["LEDGER_SESSION"],
            "Content-Type": "application/json",
            "Sec-Fetch-Site": "same-origin",
        },
    )
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)["taskId"]


TASKS = [a_task()]


@schemathesis.serializer("application/x-ndjson")
def ndjson(context, value):
    """One JSON text a line."""
    items = value if isinstance(value, list) else [value]
    return "\n".join(json.dumps(item) for item in items).encode()


def one_of(known, drawn):
    """The same choice for the same draw; one in four stays as it was drawn."""
    number = int.from_bytes(sha256(str(drawn).encode()).digest()[:4], "big")
    return drawn if number % 4 == 0 else known[number // 4 % len(known)]


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Names what there is, where nearly every drawn name would be nobody's."""
    known = {"agentId": AGENTS, "executionId": EXECUTIONS, "apiKeyId": SPARE_KEYS, "taskId": TASKS}
    for name, values in known.items():
        if path_parameters and name in path_parameters:
            path_parameters[name] = one_of(values, path_parameters[name])
    return path_parameters


def says_nothing(value):
    """Whether a query's parameter is empty as it is sent, which is as if it were not there; drawn objects become such."""
    return value == "" or isinstance(value, dict) or (isinstance(value, list) and not any(value))


@schemathesis.hook
def filter_query(context, query):
    """The document has no words for a parameter that says nothing, as forms send them."""
    return not any(says_nothing(value) for value in (query or {}).values())


@schemathesis.hook
def before_call(context, case, kwargs):
    """A run that ended the keys or the session it asks with would see nothing any more."""
    path = case.path_parameters or {}
    if path.get("apiKeyId") in KEYS_IN_USE:
        path["apiKeyId"] = SPARE_KEYS[0]
    if path.get("sessionId") == SESSION_IN_USE:
        path["sessionId"] = "ended"
