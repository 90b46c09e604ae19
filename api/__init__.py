"""Many reports kept and served: store, bulk ingestion, HTTP service, web pages. Uses extractor."""
