"""Results made from the annotation itself, with chosen faults: what a fair extractor might have said."""

from __future__ import annotations

import random
from typing import Any

Json = dict[str, Any]


def operand(lines: list[str], anchor: Json) -> Json:
    quote = " | ".join(cell for cell in lines[anchor["line"] - 1].split("\t") if cell)
    return {"text": anchor["token"], "value": anchor.get("value"), "evidence": {"quote": quote}}


def stub_result(lines: list[str], gold: Json, rnd: random.Random, faults: float) -> Json:
    """A result in the form of the contract in which about `faults` of everything is missing or wrong."""

    def kept(items: list[Any]) -> list[Any]:
        return [item for item in items if rnd.random() >= faults]

    headline = {}
    for name, fact in gold["headline"].items():
        if fact is None or rnd.random() < faults:
            headline[name] = None
            continue
        evidence = [operand(lines, mention)["evidence"] for mention in fact["mentions"]]
        value = fact["value"] if rnd.random() >= faults or name == "grade" else fact["value"] + 1
        headline[name] = {"value": value, "unit": fact["unit"], "evidence": evidence[0], "mentions": evidence[1:]}
    checks = []
    for relation in kept(gold["relations"]):
        verdict = "consistent" if relation["holds"] != (rnd.random() < faults / 4) else "inconsistent"
        check = {
            "kind": relation["type"],
            "verdict": verdict,
            "severity": rnd.choice(["high", "info"]),
            "stated": operand(lines, relation["y"]),
            "operands": [operand(lines, anchor) for anchor in relation["a"] if rnd.random() >= faults / 4],
        }
        checks.append(check)
    wrong = [i for i, check in enumerate(checks) if check["verdict"] == "inconsistent"]
    findings = [
        {
            "severity": rnd.choice(["high", "high", "info"]),
            "title": f"{index}",
            "checks": [index],
            "evidence": [checks[index]["stated"]["evidence"]],
        }
        for index in wrong
    ]
    return {
        "meta": {name: {"value": value} if value is not None and rnd.random() >= faults else None
                 for name, value in gold["meta"].items()},
        "headline": headline,
        "dimensions": kept(gold["dimensions"]),
        "indicators": kept(gold["indicators"]),
        "problems": kept(gold["problems"]),
        "problem_list": kept(gold["problem_list"]),
        "suggestions": kept(gold["suggestions"]),
        "defects": kept(gold["defects"]) + [{"text": "与本项目无关的一句话", "category": "其他"}],
        "checks": checks,
        "findings": findings,
    }  # fmt: skip
