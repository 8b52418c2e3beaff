"""Between descriptions and other formats: everything passes through one value, a graph of nodes and links. Pure.

    GraphML, RFC 8345, NetBox, JSON --readers--> graph --graph_description--> YAML text
    network --network_graph--> graph --writers--> GraphML, RFC 8345, JSON, GeoJSON

What a format cannot say, or a file does not, is a note: nothing is lost or guessed in silence.
"""
