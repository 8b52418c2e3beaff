"""The emulation's eBPF programs, with their assembler and their loader."""
