"""Many runs: a study says which points are computed; each is one description with one seed.

    study.yaml --study_file--> Study --design--> points --point_process, dask_cluster--> results --store--> sweep.db
"""
