"""Small pictures of nodes and edges, as Graphviz text and as SVG; nothing here knows the facts."""
