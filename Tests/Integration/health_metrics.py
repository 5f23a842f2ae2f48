"""The text of `/metrics`, as the tests of the page's health panel answer it."""

BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25]
TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


def histogram(name, bounds, observed):
    lines = [f"# TYPE {name} histogram"]
    lines += [f'{name}_bucket{{le="{bound}"}} {sum(value <= bound for value in observed)}' for bound in bounds]
    lines += [f'{name}_bucket{{le="+Inf"}} {len(observed)}']
    return "\n".join([*lines, f"{name}_sum {sum(observed)}", f"{name}_count {len(observed)}"])


def metrics(connections=(3, 2), messages=0, acks=(), batches=(), lags=(), deflated=(0, 0)):
    """The text that a server would answer."""
    return "\n".join(
        [
            "# HELP caas_connections Open sockets; the tenant is empty before a session.",
            "# TYPE caas_connections gauge",
            f'caas_connections{{transport="websocket",tenant="default"}} {connections[0]}',
            f'caas_connections{{transport="websocket",tenant=""}} {connections[1]}',
            "# TYPE caas_frames_total counter",
            f'caas_frames_total{{type="message:send",dir="in"}} {messages}',
            'caas_frames_total{type="message:new",dir="out"} 4711',
            'caas_frames_total{type="ping",dir="in"} 12',
            f'caas_deflate_bytes_total{{dir="out",form="plain"}} {deflated[0]}',
            f'caas_deflate_bytes_total{{dir="out",form="deflated"}} {deflated[1]}',
            'caas_deflate_bytes_total{dir="in",form="plain"} 4711',
            histogram("caas_ack_seconds", BOUNDS, acks),
            histogram("caas_commit_batch_size", [1, 2, 4, 8], batches),
            histogram("caas_loop_lag_seconds", BOUNDS, lags),
            "",
        ]
    )
