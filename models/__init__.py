"""Learned models: text in, labels out. Knows nothing of reports, files or databases."""

from models.classifier import Classifier, Judgement, load
from models.clause import Clause
from models.folder import ModelError

__all__ = ["Classifier", "Clause", "Judgement", "ModelError", "load"]
