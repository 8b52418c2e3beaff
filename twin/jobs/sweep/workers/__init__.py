"""Where tasks are carried out: processes of this machine, or of a Dask cluster; each proves its version."""
