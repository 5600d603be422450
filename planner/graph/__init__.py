"""The facts as one graph, and the index that the solver reads."""
