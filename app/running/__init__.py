"""Everything in one supervised group: the queue, the web, workers and the scheduler."""
