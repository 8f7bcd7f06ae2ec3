"""What each Dag of the year does, step by step; the Dags only wire these functions together."""
