"""Many reports with known answers: synthesis, rendering, planted errors, evaluation. Uses extractor, never the reverse."""
