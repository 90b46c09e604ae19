"""One report: file in, result out. `extractor.pipeline.analyse` is the road through it."""
