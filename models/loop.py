"""The training loop that pretraining and fine-tuning share: steps that can be interrupted and gone on with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SMOOTHING = 0.98
_TELL_EVERY = 50
"""Steps between two lines of progress."""


@dataclass(frozen=True, slots=True)
class Pace:
    """So many steps; the learning rate rises over the first `rising` of them to `rate` and falls to nothing."""

    steps: int
    rising: int
    rate: float

    def share(self, step: int) -> float:
        """Of the rate, at a step."""
        falling = (self.steps - step) / max(1, self.steps - self.rising)
        return min((step + 1) / max(1, self.rising), max(0.0, falling))


def run(
    module: Any,
    pace: Pace,
    loss: Callable[[int], Any],
    checkpoint: Path,
    save_every: float,
    tell: Callable[[str], object],
) -> None:
    """Train `module` by the loss of each step. A checkpoint is written every `save_every` seconds; a run that finds one
    goes on after its last step, with the same result as if it had not been interrupted. It is gone at the end."""
    import torch

    optimizer = torch.optim.AdamW(module.parameters(), lr=pace.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, pace.share)
    kept = {"module": module, "optimizer": optimizer, "schedule": schedule}
    done = _resume(checkpoint, kept)
    if done:
        tell(f"从第 {done:,} 步继续")
    module.train()
    began = saved = time.monotonic()
    mean = None
    for step in range(done, pace.steps):
        torch.manual_seed(step)  # what is dropped out depends on the step alone
        value = loss(step)
        value.backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        mean = _smooth(mean, float(value.detach()))
        if (step + 1) % _TELL_EVERY == 0 or step + 1 == pace.steps:
            left = (time.monotonic() - began) / (step + 1 - done) * (pace.steps - step - 1) / 60
            tell(f"第 {step + 1:,} 步，共 {pace.steps:,} 步：损失 {mean:.3f}，约剩 {left:.0f} 分钟")
        if time.monotonic() - saved >= save_every:
            _save(checkpoint, step + 1, kept)
            saved = time.monotonic()
    module.eval()
    checkpoint.unlink(missing_ok=True)


def _smooth(mean: float | None, value: float) -> float:
    return value if mean is None else _SMOOTHING * mean + (1 - _SMOOTHING) * value


def _save(path: Path, step: int, kept: dict[str, Any]) -> None:
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    torch.save({"step": step, **{name: part.state_dict() for name, part in kept.items()}}, partial)
    partial.replace(path)


def _resume(path: Path, kept: dict[str, Any]) -> int:
    """The steps done, 0 where there is no checkpoint. Raises RuntimeError where it is one of another model."""
    import torch

    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    for name, part in kept.items():
        part.load_state_dict(state[name])
    return int(state["step"])
