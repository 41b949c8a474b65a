"""A worker in Python 3 with nothing but its standard library; Ctrl+C or SIGTERM ends it after its task.

QUEUE_URL=http://127.0.0.1:3000 QUEUE_TOKEN=... python3 worker.py <serviceId> <workerId>
"""
import json, os, signal, sys, time, urllib.error, urllib.parse, urllib.request

BASE = os.environ["QUEUE_URL"].rstrip("/") + "/api/queue/" + urllib.parse.quote(sys.argv[1], safe="")
HEADERS = {"Authorization": "Bearer " + os.environ["QUEUE_TOKEN"], "Content-Type": "application/json"}
WORKER = {"workerId": sys.argv[2]}
stopping = False

def stop(*_):
    global stopping
    stopping = True

def call(action, body):
    """The answer as JSON, None for 204; what may go through later is repeated (fetch and ack may be)."""
    request = urllib.request.Request(f"{BASE}/{action}", json.dumps(body).encode(), HEADERS)
    while True:
        try:
            with urllib.request.urlopen(request, timeout=40) as response:
                return None if response.status == 204 else json.load(response)
        except OSError as error:
            if getattr(error, "code", 503) not in (408, 429, 502, 503, 504) or stopping:
                raise
            later = error.headers.get("Retry-After") if isinstance(error, urllib.error.HTTPError) else None
            time.sleep(float(later or 1))

def handle(value):
    """Your work: raise an exception, and the task is confirmed with it as its error."""
    return {"greeting": "Hello " + value["name"]}

signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)
while not stopping:
    task = call("fetch", {**WORKER, "timeToRecover": 60_000, "details": True})
    if task is None:
        time.sleep(1)  # no task for this worker
        continue
    try:
        outcome = {"result": handle(task["value"])}
    except Exception as error:
        outcome = {"error": {"name": type(error).__name__, "message": str(error)}}
    if not call("ack", {**WORKER, "leaseId": task["leaseId"], **outcome}):
        print(f"task {task['index']}: the lease had run out", file=sys.stderr)
