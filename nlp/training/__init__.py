"""How the shipped model was made: prepare, train, evaluate, calibrate, export, report (`python -m nlp.training`)."""
