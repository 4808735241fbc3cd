"""Corpus → pairs → adapter → scores: how the model learns to write impressions."""
