"""One folder a lesson, named as its notebook: the plan in `__init__`, its panels, questions and tables beside it."""
