"""Blueprint to a running network of Mininet objects, kernel and Open vSwitch; read back, compared, removed."""
