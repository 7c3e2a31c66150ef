"""What a Python program does: csv.DictReader, boto3 and ten threads. Arguments: file, endpoint URL."""

import csv
import json
import os
import resource
import sys
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import boto3
from botocore.config import Config

THREADS = 10
BATCH_SIZE = 100

path, url = sys.argv[1:3]
client = boto3.client("pinpoint", endpoint_url=url, config=Config(max_pool_connections=THREADS))


def to_item(row):
    return {
        "Id": row["id"],
        "ChannelType": "EMAIL",
        "Address": row["email"],
        "OptOut": row["opt_out"],
        "Location": {
            "City": row["city"],
            "Region": row["region"],
            "PostalCode": row["postal_code"],
            "Country": row["country"],
        },
        "Demographic": {"Locale": row["locale"], "Timezone": row["timezone"]},
        "Attributes": {
            "company": [row["company"]],
            "plan": [row["plan"]],
            "source": [row["source"]],
            "signup_date": [row["signup_date"]],
            "phone": [row["phone"]],
        },
        "Metrics": {"orders": float(row["orders"]), "revenue": float(row["revenue"])},
        "User": {
            "UserId": row["id"],
            "UserAttributes": {"first_name": [row["first_name"]], "last_name": [row["last_name"]]},
        },
    }


def send(items):
    client.update_endpoints_batch(ApplicationId="demo", EndpointBatchRequest={"Item": items})


with open(path, newline="", encoding="utf-8") as file, ThreadPoolExecutor(THREADS) as pool:
    sending = set()
    batch = []

    def submit():
        global sending, batch
        if len(sending) >= 2 * THREADS:
            done, sending = wait(sending, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
        sending.add(pool.submit(send, batch))
        batch = []

    for row in csv.DictReader(file):
        batch.append(to_item(row))
        if len(batch) == BATCH_SIZE:
            submit()
    if batch:
        submit()
    for future in sending:
        future.result()

usage = resource.getrusage(resource.RUSAGE_SELF)
with open(os.environ["USAGE_FILE"], "w", encoding="utf-8") as file:
    json.dump(
        {"cpuSeconds": usage.ru_utime + usage.ru_stime, "peakMegabytes": usage.ru_maxrss / 1000}, file
    )
