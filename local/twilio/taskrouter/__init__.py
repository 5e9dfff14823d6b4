"""TaskRouter: tasks, the workflow and queue that they wait in, and the workers that take them."""
