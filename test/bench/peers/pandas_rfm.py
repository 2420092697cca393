"""The RFM of `segment classify` for a `segment demo` of the shape shop, with pandas.

python3 pandas_rfm.py FILE OUTPUT
"""

import json
import os
import resource
import sys

import numpy as np
import pandas as pd

COLUMNS = ["user_id", "event", "timestamp", "revenue", "order_id"]
GRID = {
    5: ["cant_lose", "cant_lose", "loyal_customers", "loyal_customers", "champions"],
    4: ["at_risk_customers", "at_risk_customers", "loyal_customers", "loyal_customers", "champions"],
    3: ["at_risk_customers", "at_risk_customers", "needs_attention", "potential_loyalists", "potential_loyalists"],
    2: ["hibernating", "hibernating", "about_to_sleep", "potential_loyalists", "potential_loyalists"],
    1: ["hibernating", "hibernating", "about_to_sleep", "promising", "new_customers"],
}


def fifths(values):
    return np.quantile(values, [0.2, 0.4, 0.6, 0.8])


def split_fifths(values):
    """When most bought once, frequency is scored among the others."""
    edges = fifths(values)
    above = values[values > edges[0]]
    if edges[0] != edges[1] or len(above) == 0:
        return edges
    return np.concatenate([edges[:1], np.quantile(above, [0.25, 0.5, 0.75])])


def main(path, output):
    events = pd.read_csv(path, usecols=COLUMNS, dtype={"user_id": str, "event": "category", "order_id": str})
    events["day"] = pd.to_datetime(events["timestamp"], utc=True).dt.floor("D")
    as_of = events["day"].max()
    orders = events[events["event"] == "purchase"].groupby("user_id").agg(frequency=("order_id", "nunique"), newest=("day", "max"))
    events["cents"] = (events["revenue"].fillna(0) * 100).round().astype("int64")
    users = events.groupby("user_id").agg(cents=("cents", "sum"))
    users = users.join(orders)
    users["frequency"] = users["frequency"].fillna(0).astype("int64")
    users["recency_days"] = (as_of - users["newest"]).dt.days.astype("Int64")
    scored = users[users["frequency"] > 0]
    recency = scored["recency_days"].astype("int64").to_numpy()
    frequency = scored["frequency"].to_numpy()
    cents = scored["cents"].to_numpy()
    scores = pd.DataFrame(
        {
            "recency_score": 5 - np.searchsorted(fifths(recency), recency, side="left"),
            "frequency_score": 1 + np.searchsorted(split_fifths(frequency), frequency, side="left"),
            "monetary_score": 1 + np.searchsorted(fifths(cents), cents, side="left"),
        },
        index=scored.index,
    )
    names = [GRID[f][r - 1] for r, f in zip(scores["recency_score"], scores["frequency_score"])]
    scores.insert(0, "rfm_segment", names)
    result = users.join(scores.astype({name: "Int64" for name in scores.columns[1:]})).sort_index()
    result["rfm_segment"] = result["rfm_segment"].fillna("prospects")
    result["monetary"] = result["cents"].map(lambda cents: f"{cents / 100:.2f}")
    columns = [*scores.columns, "recency_days", "frequency", "monetary"]
    result[columns].to_csv(output)


def report_usage():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    with open("/proc/self/status", encoding="ascii") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    with open(os.environ["SEGMENT_BENCH_USAGE"], "w", encoding="ascii") as file:
        json.dump({"cpuSeconds": usage.ru_utime + usage.ru_stime, "peakKilobytes": peak}, file)


main(sys.argv[1], sys.argv[2])
if "SEGMENT_BENCH_USAGE" in os.environ:
    report_usage()
