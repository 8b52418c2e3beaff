"""Many runs: a study says which points are computed; each is one description with one seed.

    study.yaml --study_file--> Study --design--> points --workers--> results --store--> sweep.db
"""
